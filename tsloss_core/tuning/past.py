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
        """Return a fresh cache of transformers, full in every layer, that grows with new tokens."""
        from transformers import DynamicCache

        return DynamicCache(list(self.layers))

    def to_fixed_cache(self) -> Any:
        """Return a cache that stays as it is: a layer that is computed again finds the same."""
        from tsloss_core.tuning.fixed_cache import FixedCache

        return FixedCache(list(self.layers))

    def of(self, owners: Tensor) -> "Past":
        """Return the past of each of `owners`, indices (b,) into this batch."""
        layers = tuple((_rows(keys, owners), _rows(values, owners)) for keys, values in self.layers)
        return Past(layers, self.mask[owners])._trimmed()

    def left_padded(self) -> "Past":
        """Return the same past with all padding of each row moved to its left."""
        if bool(self.mask.all()):
            return self
        order = self.mask.argsort(dim=1, stable=True)
        layers = tuple((_reordered(k, order), _reordered(v, order)) for k, v in self.layers)
        return Past(layers, self.mask.gather(1, order))._trimmed()

    def _trimmed(self) -> "Past":
        """Without the places on the left that are padding in every row."""
        spare = int(self.mask.shape[1] - self.mask.sum(dim=1).max())
        layers = tuple((k[:, :, spare:], v[:, :, spare:]) for k, v in self.layers)
        return Past(layers, self.mask[:, spare:])

    @staticmethod
    def empty_cache() -> Any:
        """Return a cache of transformers for tokens with nothing before them."""
        from transformers import DynamicCache

        return DynamicCache()

    @classmethod
    def of_cache(cls, cache: Any, mask: Tensor) -> "Past":
        """Return what a cache holds; `mask` (b, m) tells its real tokens."""
        return cls(tuple((layer.keys, layer.values) for layer in cache.layers), mask)


def keys_and_values(model: Any, embeddings: Tensor) -> Layers:
    """Return the keys and values of sequences of embeddings (k, m, d); gradients flow."""
    cache = Past.empty_cache()
    model.base_model(inputs_embeds=embeddings, past_key_values=cache, use_cache=True)
    return tuple((layer.keys, layer.values) for layer in cache.layers)


def shared_past(layers: Layers, owners: Sequence[int], device: torch.device) -> Past:
    """Let each row of a batch see the keys and values of its owner; their gradients add up.

    `owners` are indices into the k sequences of `layers`. One sequence is shared without a copy.
    `device` is where the mask belongs; each layer stays where it lies.
    """
    first = layers[0][0]
    mask = torch.ones(len(owners), first.shape[2], dtype=torch.long, device=device)
    if len(first) == 1:
        shape = (len(owners), -1, -1, -1)
        return Past(tuple((k.expand(shape), v.expand(shape)) for k, v in layers), mask)
    chosen = torch.tensor(owners, device=device)
    return Past(tuple((_rows(k, chosen), _rows(v, chosen)) for k, v in layers), mask)


def seen_after(past: Past | None, mask: Tensor) -> Tensor:
    """Return which places are no padding, those of a past and the new ones of `mask` (b, l)."""
    return mask if past is None else torch.cat([past.mask, mask], dim=1)


def _reordered(values: Tensor, order: Tensor) -> Tensor:
    """Places of (b, heads, m, width) in the order (b, m) of each row."""
    places = order.to(values.device)[:, None, :, None]
    return values.gather(2, places.expand_as(values))


def _rows(values: Tensor, owners: Tensor) -> Tensor:
    return values[owners.to(values.device)]


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
