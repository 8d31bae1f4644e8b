"""Keys and values of what stands left of the tokens that a step computes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import pad

Layers = tuple[tuple[Tensor, Tensor], ...]


@dataclass(frozen=True)
class Past:
    """Keys and values per layer, (batch, heads, m, width), and which of the m are no padding.

    Padding stands on the left, so that the distance between any two real tokens is the same as
    without padding, which sliding windows need.
    """

    layers: Layers
    mask: Tensor

    def to_cache(self) -> Any:
        """Return a fresh cache of transformers, full in every layer."""
        from transformers import DynamicCache

        return DynamicCache(list(self.layers))


def keys_and_values(model: Any, embeddings: Tensor) -> Layers:
    """Return the keys and values of one sequence of embeddings (1, m, d); gradients flow."""
    from transformers import DynamicCache

    cache = DynamicCache()
    model.base_model(inputs_embeds=embeddings, past_key_values=cache, use_cache=True)
    return tuple((layer.keys, layer.values) for layer in cache.layers)


def shared_past(layers: Layers, batch: int) -> Past:
    """Let every row of a batch see the same keys and values; their gradients add up."""
    expanded = tuple((k.expand(batch, -1, -1, -1), v.expand(batch, -1, -1, -1)) for k, v in layers)
    first = layers[0][0]
    mask = torch.ones(batch, first.shape[2], dtype=torch.long, device=first.device)
    return Past(expanded, mask)


def stacked_past(rows: Sequence[Layers]) -> Past:
    """Stack the keys and values of several sequences, padded on the left."""
    lengths = [layers[0][0].shape[2] for layers in rows]
    longest = max(lengths)
    device = rows[0][0][0].device
    mask = torch.arange(longest, device=device) >= longest - torch.tensor(
        lengths, device=device
    ).unsqueeze(1)
    layers = tuple(
        (_stack([row[i][0] for row in rows], longest), _stack([row[i][1] for row in rows], longest))
        for i in range(len(rows[0]))
    )
    return Past(layers, mask.long())


def _stack(tensors: Sequence[Tensor], longest: int) -> Tensor:
    return torch.cat([pad(t, (0, 0, longest - t.shape[2], 0)) for t in tensors])


class ContextCache:
    """Keys and values of contexts, each computed alone and unpadded, kept up to a budget.

    That form depends on the context alone, so that a context that was evicted and is computed
    again has the same bits.
    """

    def __init__(self, model: Any, budget_bytes: int) -> None:
        self._model = model
        self._budget = budget_bytes
        self._used = 0
        self._kept: dict[tuple[int, ...], Layers] = {}

    def get(self, context: tuple[int, ...]) -> Layers:
        """Return the keys and values of a context's tokens."""
        if context in self._kept:
            return self._kept[context]
        layers = self._compute(context)
        size = sum(k.nbytes + v.nbytes for k, v in layers)
        if self._used + size <= self._budget:
            self._kept[context] = layers
            self._used += size
        return layers

    @torch.no_grad()
    def _compute(self, context: tuple[int, ...]) -> Layers:
        embedding = self._model.get_input_embeddings()
        ids = torch.tensor([context], device=embedding.weight.device)
        return keys_and_values(self._model, embedding(ids))
