"""The one base model that a worker child keeps loaded; another one evicts it."""

import torch

from store.catalogue import BaseModelEntry
from tsloss_core.models import LoadedBase, ModelNotLoadableError, load_base
from worker.errors import JobFailedError
from worker.threads import thread_count

_warm: dict[BaseModelEntry, LoadedBase] = {}


def get_base(entry: BaseModelEntry) -> LoadedBase:
    """Return the loaded model of a catalogue entry. Raises JobFailedError."""
    if entry not in _warm:
        _warm.clear()
        _warm[entry] = _load(entry)
    return _warm[entry]


def _load(entry: BaseModelEntry) -> LoadedBase:
    torch.set_num_threads(thread_count())
    try:
        return load_base(entry.path, entry.revision, entry.dtype, visible_devices())
    except ModelNotLoadableError as error:
        raise JobFailedError(
            "model_not_loadable", f"model '{entry.id}': {error}", "model"
        ) from error


def visible_devices() -> str:
    """One card, or every card that is seen for a model that one would not hold; else the CPU."""
    if not torch.cuda.is_available():
        return "cpu"
    return "auto" if torch.cuda.device_count() > 1 else "cuda"
