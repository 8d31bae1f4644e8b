"""Which rows each step sees: a function of the configuration, the lengths and the epoch alone."""

from collections.abc import Sequence

import torch

POOL = 16
"""Batches are cut from pools of this many, sorted by length: little padding, much shuffling."""


def epoch_batches(
    lengths: Sequence[int], batch_size: int, seed: int, epoch: int
) -> list[list[int]]:
    """Return the row indices of each batch of an epoch (counted from 1).

    Every row comes once. Rows of like length come together; the same seed gives the same order.
    """
    generator = torch.Generator().manual_seed((seed << 20) + epoch)
    order = torch.randperm(len(lengths), generator=generator).tolist()
    batches: list[list[int]] = []
    for start in range(0, len(order), POOL * batch_size):
        pool = sorted(order[start : start + POOL * batch_size], key=lambda i: lengths[i])
        batches += [pool[i : i + batch_size] for i in range(0, len(pool), batch_size)]
    return [batches[i] for i in torch.randperm(len(batches), generator=generator).tolist()]
