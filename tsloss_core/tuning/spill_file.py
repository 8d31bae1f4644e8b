"""Keys and values that memory has no room for, in a file without a name."""

import logging
from os import SEEK_END
from pathlib import Path
from tempfile import TemporaryFile

from safetensors.torch import load, save
from torch import Tensor

from tsloss_core.tuning.past import Layers

log = logging.getLogger(__name__)

Extent = tuple[int, int]
"""Where something stands in the file: its first byte and how many."""


class SpillFile:
    """One file for all; having no name, it is gone with the process, however that ends."""

    def __init__(self, folder: Path) -> None:
        self._file = TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 (lives as long as this)
        self._full = False

    def write(self, layers: Layers) -> Extent | None:
        """Return where the layers stand, or None once the disk has no room."""
        if self._full:
            return None
        data, start = _to_bytes(layers), self._file.seek(0, SEEK_END)
        try:
            self._full = self._file.write(data) < len(data)
        except OSError as error:
            log.warning("no more contexts are spilled: %s", error)
            self._full = True
        return None if self._full else (start, len(data))

    def read(self, extent: Extent) -> list[tuple[Tensor, Tensor]]:
        """Return the keys and values per layer, on the CPU."""
        start, length = extent
        self._file.seek(start)
        tensors = load(self._file.read(length))
        return [(tensors[f"{i}.keys"], tensors[f"{i}.values"]) for i in range(len(tensors) // 2)]


def _to_bytes(layers: Layers) -> bytes:
    """A safetensors file."""
    tensors = {
        f"{i}.{name}": tensor.contiguous()
        for i, layer in enumerate(layers)
        for name, tensor in zip(("keys", "values"), layer, strict=True)
    }
    data: bytes = save(tensors)
    return data
