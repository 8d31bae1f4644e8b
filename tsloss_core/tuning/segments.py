"""The tokens that a step computes, as padded tensors."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from tsloss_core.tuning.rendering import Ids


@dataclass(frozen=True)
class Labels:
    """Which token is predicted where: three index tensors of shape (m,).

    `owners` is the row of the batch, `positions` the place in it whose logits predict, `tokens`
    what they should predict.
    """

    owners: Tensor
    positions: Tensor
    tokens: Tensor


def label_positions(starts: Sequence[int], answers: Sequence[Ids], device: torch.device) -> Labels:
    """Return the labels of answers that begin at `starts` in their rows."""
    owners: list[int] = []
    positions: list[int] = []
    tokens: list[int] = []
    for owner, (start, answer) in enumerate(zip(starts, answers, strict=True)):
        owners += [owner] * len(answer)
        positions += range(start - 1, start - 1 + len(answer))
        tokens += answer
    where = torch.tensor([owners, positions, tokens], device=device)
    return Labels(where[0], where[1], where[2])


def common_head(leads: Sequence[Ids]) -> Ids:
    """Return the tokens with which all of several sequences begin, short of any whole sequence.

    One sequence shares nothing with anybody.
    """
    if len(leads) < 2:
        return ()
    first, last = min(leads), max(leads)
    shared = next(
        (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first)
    )
    return first[: min(shared, min(map(len, leads)) - 1)]


def right_padded(rows: Sequence[Ids], device: torch.device) -> tuple[Tensor, Tensor]:
    """Return ids (b, l), zero behind the end of a row, and their lengths (b,)."""
    ids = pad_sequence([torch.tensor(row, dtype=torch.long) for row in rows], batch_first=True)
    lengths = torch.tensor([len(row) for row in rows])
    return ids.to(device), lengths.to(device)


def mask_of(lengths: Tensor, width: int) -> Tensor:
    """Return 1 for the first `lengths` of `width` places, else 0, int64 of shape (b, width)."""
    return (torch.arange(width, device=lengths.device) < lengths.unsqueeze(1)).long()


def positions_of(seen: Tensor, new: int) -> Tensor:
    """Return the positions of the last `new` places, counted over real tokens, (b, new)."""
    return (seen.cumsum(dim=1) - 1).clamp_min(0)[:, -new:]
