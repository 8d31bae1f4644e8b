"""What is kept of a null trajectory once its clouds and diagrams are let go."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tsloss_core.analysis.evolution import Settling, settle
from tsloss_core.analysis.performance import Series, measure_series
from tsloss_core.analysis.trajectory import CloudAnalysis


@dataclass(frozen=True)
class NullSummary:
    """A null trajectory of s snapshots.

    `series` are its measures (see `measure_series`), `settling` when its structure settles, `drift`
    how far the tokens of its last cloud are from their start, their mean in embedding units.
    """

    series: Series
    settling: tuple[Settling, ...]
    drift: float


def summarize_null(analyses: Sequence[CloudAnalysis], threads: int = 1) -> NullSummary:
    """Return the summary of the snapshots of a null trajectory, at least one, in order."""
    return NullSummary(measure_series(analyses), settle(analyses, threads), _drift(analyses))


def null_reach(run: Sequence[CloudAnalysis], nulls: Sequence[NullSummary]) -> float | None:
    """Return how far null trajectories end from their start, in units of the run's own drift.

    The median drift of `nulls` over that of the run. None without a null, or where the run did not
    move.
    """
    drift = _drift(run)
    if not nulls or drift == 0:
        return None
    return float(np.median([null.drift for null in nulls])) / drift


def _drift(analyses: Sequence[CloudAnalysis]) -> float:
    return float(analyses[-1].measures["geometry"]["mean_drift"] or 0.0)
