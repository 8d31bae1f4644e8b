"""The contexts of rows, whose keys and values no step changes."""

from typing import Any

import torch

from tsloss_core.tuning.limits import CacheLimits
from tsloss_core.tuning.past import Layers, keys_and_values
from tsloss_core.tuning.rendering import Ids
from tsloss_core.tuning.spill_file import Extent, SpillFile


class ContextCache:
    """Keys and values of contexts, each computed alone and unpadded.

    That form depends on the context alone, so that a context that was evicted, spilled or computed
    again has the same bits. They are kept in `dtype` where that is given: under bf16 autocast
    attention rounds them to bf16 anyway. What the budget does not hold is spilled, or computed anew
    each time where there is no folder for it or no room.
    """

    def __init__(self, model: Any, limits: CacheLimits, dtype: torch.dtype | None = None) -> None:
        self._model = model
        self._dtype = dtype
        self._budget = limits.budget_bytes
        self._used = 0
        self._kept: dict[Ids, Layers] = {}
        self._spilled: dict[Ids, Extent] = {}
        self._devices: list[torch.device] = []
        self._file = None if limits.spill is None else SpillFile(limits.spill)

    def get(self, context: Ids) -> Layers:
        """Return the keys and values of a context's tokens."""
        if context in self._kept:
            return self._kept[context]
        if self._file is not None and context in self._spilled:
            spilled = self._file.read(self._spilled[context])
            return tuple(
                (keys.to(device), values.to(device))
                for (keys, values), device in zip(spilled, self._devices, strict=True)
            )
        layers = self._compute(context)
        self._keep(context, layers)
        return layers

    def _keep(self, context: Ids, layers: Layers) -> None:
        size = sum(keys.nbytes + values.nbytes for keys, values in layers)
        if self._used + size <= self._budget:
            self._kept[context] = layers
            self._used += size
        elif self._file is not None:
            extent = self._file.write(layers)
            if extent is not None:
                self._spilled[context] = extent

    @torch.no_grad()
    def _compute(self, context: Ids) -> Layers:
        embedding = self._model.get_input_embeddings()
        ids = torch.tensor([context], device=embedding.weight.device)
        layers = keys_and_values(self._model, embedding(ids))
        self._devices = [keys.device for keys, _ in layers]
        kept = self._dtype
        return tuple((k.to(kept or k.dtype), v.to(kept or v.dtype)) for k, v in layers)
