"""A cache of keys and values that a forward pass reads and leaves as it is."""

from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache


class FixedCache(DynamicCache):  # type: ignore[misc]
    """Shows each layer what is kept followed by the new tokens' own, and stores nothing of them.

    A training step throws its keys and values away; with gradient checkpointing a layer that is
    computed a second time must find what it found the first time.
    """

    def update(
        self, key_states: Tensor, value_states: Tensor, layer_idx: int, *_: Any, **__: Any
    ) -> tuple[Tensor, Tensor]:
        """Return keys and values, (batch, heads, kept + new, width), of layer `layer_idx`."""
        kept = self.layers[layer_idx]
        keys = torch.cat([kept.keys, key_states], dim=-2)
        return keys, torch.cat([kept.values, value_states], dim=-2)
