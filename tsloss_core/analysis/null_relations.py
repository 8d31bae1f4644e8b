"""What task-free null trajectories reach of a relation of structure to performance."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tsloss_core.analysis.correlation import (
    FEWEST_PAIRS,
    Correlation,
    partial_spearman,
    spearman,
)
from tsloss_core.analysis.groups import median_split, split_given_step

Numbers = NDArray[np.float64]
Effect = Callable[[Numbers, Numbers, Numbers], float | None]
"""A coefficient of the values, the scores and the steps of a trajectory."""

_ROUNDING = 1e-9
"""Correlations that differ by less are the same but for rounding."""


def relate_nulls(
    partial: Correlation | None, nulls: Sequence[Numbers], scores: Numbers, steps: Numbers
) -> dict[str, Any] | None:
    """Return a relation's numbers for null trajectories; None without any.

    `nulls` hold the measure of each, (m,) with NaN where a snapshot lacks it; scores and steps are
    the run's, (m,). Nulls that lack the measure at six snapshots are left out; `with_measure` have
    it. Of these `compared` have a partial rho: in the others the step leaves nothing of the
    measure, as where it rises at every snapshot, so that they reach nothing. `reaching` nulls reach
    the run's absolute partial rho, and `p_value` is their share of `with_measure`, the run counted
    as one of them; None if none is compared, or the run has no partial rho.
    """
    if not nulls:
        return None
    measured = [null for null in nulls if np.isfinite(null).sum() >= FEWEST_PAIRS]

    def reached(effect: Effect) -> list[float]:
        found = (_known(effect, null, scores, steps) for null in measured)
        return [value for value in found if value is not None]

    partials = reached(_partial)
    return {
        "trajectories": len(nulls),
        "with_measure": len(measured),
        "compared": len(partials),
        "rho": _spread(reached(_rho)),
        "rho_with_step": _spread(reached(_with_step)),
        "partial_rho": _spread(partials),
        "rank_biserial": _spread(reached(_rank_biserial)),
        "rank_biserial_given_step": _spread(reached(_rank_biserial_given_step)),
        **_reaching(partial, partials, len(measured)),
    }


def _known(effect: Effect, null: Numbers, scores: Numbers, steps: Numbers) -> float | None:
    known = np.isfinite(null)
    return effect(null[known], scores[known], steps[known])


def _rho(values: Numbers, scores: Numbers, steps: Numbers) -> float | None:
    found = spearman(values, scores)
    return None if found is None else found.rho


def _with_step(values: Numbers, scores: Numbers, steps: Numbers) -> float | None:
    return _rho(values, steps, steps)


def _partial(values: Numbers, scores: Numbers, steps: Numbers) -> float | None:
    found = partial_spearman(values, scores, steps)
    return None if found is None else found.rho


def _rank_biserial(values: Numbers, scores: Numbers, steps: Numbers) -> float | None:
    found = median_split(values, scores)
    return None if found is None else found.rank_biserial


def _rank_biserial_given_step(values: Numbers, scores: Numbers, steps: Numbers) -> float | None:
    found = split_given_step(values, scores, steps)
    return None if found is None else found.rank_biserial


def _reaching(
    partial: Correlation | None, nulls: Sequence[float], with_measure: int
) -> dict[str, float | int | None]:
    if partial is None or not nulls:
        return {"reaching": None, "p_value": None}
    reaching = sum(abs(rho) >= abs(partial.rho) - _ROUNDING for rho in nulls)
    return {"reaching": reaching, "p_value": (1 + reaching) / (1 + with_measure)}


def _spread(values: Sequence[float]) -> dict[str, float] | None:
    if not values:
        return None
    low, median, high = np.quantile(values, [0.025, 0.5, 0.975])
    return {"median": float(median), "low": float(low), "high": float(high)}
