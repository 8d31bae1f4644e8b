"""Graded rows in batches that the memory holds."""

from collections.abc import Callable, Sequence

import torch

from tsloss_core.tuning.errors import OutOfMemoryError
from tsloss_core.tuning.gradients import OnEvent, release_memory

BATCH = 16


def in_batches(
    order: Sequence[int], work: Callable[[list[int]], None], on_event: OnEvent | None = None
) -> None:
    """Do `work` on BATCH indices after the other, and on half as many where memory runs out.

    Raises OutOfMemoryError if not even one row fits.
    """
    at, size = 0, BATCH
    while at < len(order):
        batch = list(order[at : at + size])
        if _fits(work, batch):
            at += len(batch)
            continue
        size = len(batch) // 2
        release_memory()
        if size == 0:
            raise OutOfMemoryError("not even one row can be graded in the device's memory")
        if on_event is not None:
            on_event("grading_batch_cut", {"rows_at_once": size})


def _fits(work: Callable[[list[int]], None], batch: list[int]) -> bool:
    try:
        work(batch)
    except torch.OutOfMemoryError:
        return False
    return True
