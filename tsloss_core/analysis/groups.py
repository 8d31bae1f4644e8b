"""Snapshots of a high score against the others: Mann-Whitney's comparison, with its controls.

Where the score is a loss, the high ones are the worse.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tsloss_core.analysis.bootstrap import group_bootstrap
from tsloss_core.analysis.correlation import GroupComparison, mann_whitney, rank_residuals

Numbers = NDArray[np.float64]


def median_split(values: Numbers, scores: Numbers) -> GroupComparison | None:
    """Compare the values whose score is above the median score with the others, both (m,)."""
    high = scores > np.median(scores)
    return mann_whitney(values[high], values[~high])


def split_given_step(values: Numbers, scores: Numbers, steps: Numbers) -> GroupComparison | None:
    """Return the same of what a linear fit on the ranks of the steps leaves of both ranks, (m,)."""
    left = rank_residuals(values, scores, steps)
    return None if left is None else median_split(*left)


def compare_groups(values: Numbers, scores: Numbers, steps: Numbers) -> dict[str, Any] | None:
    """Return Mann-Whitney's numbers with an interval of the effect, alone and given the step.

    The p value takes snapshots for independent, which those of one run are not; the intervals, by
    block bootstrap, do not.
    """
    groups = median_split(values, scores)
    if groups is None:
        return None
    above, others = groups.sizes
    return {
        "u": groups.u,
        "p_value": groups.p_value,
        "rank_biserial": groups.rank_biserial,
        "interval": _interval(values, scores),
        "above_median": above,
        "others": others,
        "given_step": _given_step(values, scores, steps),
    }


def _given_step(values: Numbers, scores: Numbers, steps: Numbers) -> dict[str, Any] | None:
    left = rank_residuals(values, scores, steps)
    groups = None if left is None else median_split(*left)
    if left is None or groups is None:
        return None
    return {"rank_biserial": groups.rank_biserial, "interval": _interval(*left)}


def _interval(values: Numbers, scores: Numbers) -> dict[str, float | int]:
    return group_bootstrap(values, scores > np.median(scores)).to_json()
