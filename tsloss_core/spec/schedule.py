"""When a run keeps its prompt and when it grades it."""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

from tsloss_core.spec.resolution import planned_epochs, planned_steps, planned_steps_per_epoch
from tsloss_core.spec.soft_prompt import SoftPromptSpec


def is_kept(spec: SoftPromptSpec, step: int, per_epoch: int) -> bool:
    """Whether `spec.snapshots` asks for the prompt after a step, in epochs of so many steps."""
    return any(step % period == 0 for period in _snapshot_periods(spec, per_epoch))


def is_graded(spec: SoftPromptSpec, step: int, per_epoch: int) -> bool:
    """Whether `spec.evaluation` asks for the prompt's grade after a step: an epoch ends there."""
    period = spec.evaluation.every_epochs
    if period is not None:
        return step % (period * per_epoch) == 0
    return step % per_epoch == 0 and is_kept(spec, step, per_epoch)


def planned_snapshots(spec: SoftPromptSpec, rows: int, *, graded: bool) -> int:
    """Return the snapshots of such a run after the first, which is its initial prompt.

    `graded` is whether there are validation rows: a prompt that is graded on them is kept.
    """
    steps, per_epoch = planned_steps(spec, rows), planned_steps_per_epoch(spec, rows)
    periods = list(_snapshot_periods(spec, per_epoch))
    if graded and spec.evaluation.every_epochs is not None:
        periods.append(spec.evaluation.every_epochs * per_epoch)
    return _multiples(periods, steps) + all(steps % period for period in periods)


def planned_gradings(spec: SoftPromptSpec, rows: int) -> int:
    """Return how often such a run grades its prompt on validation rows as an epoch ends."""
    epochs, period = planned_epochs(spec, rows), spec.evaluation.every_epochs
    if period is not None:
        return epochs // period
    per_epoch = planned_steps_per_epoch(spec, rows)
    periods = _snapshot_periods(spec, per_epoch)
    return _multiples([each // math.gcd(each, per_epoch) for each in periods], epochs)


def _snapshot_periods(spec: SoftPromptSpec, per_epoch: int) -> Iterator[int]:
    """The steps from a snapshot to the next, by epochs and by steps."""
    wanted = spec.snapshots
    if wanted.every_epochs is not None:
        yield wanted.every_epochs * per_epoch
    if wanted.every_steps is not None:
        yield wanted.every_steps


def _multiples(periods: Sequence[int], most: int) -> int:
    """How many of 1..`most` are a multiple of some period, by inclusion and exclusion."""
    return sum(
        (-1) ** (size - 1) * (most // math.lcm(*chosen))
        for size in range(1, len(periods) + 1)
        for chosen in combinations(periods, size)
    )
