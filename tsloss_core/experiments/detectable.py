"""The smallest effect that a design could have found."""

from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from tsloss_core.experiments.paired import sign_flip, smallest_sign_flip_p
from tsloss_core.significance.student import noncentrality_for

POWER = 0.8
TRIALS = 2000
"""Simulated experiments; the power of 80 % is known to 0.9 points then."""

FEW_PATTERNS = 1000
"""Of the 2^(n-1) sign patterns up to their negatives, those that the level allows to be as extreme.
Where there are more, the t test needs the same to 2 % up to 21 pairs, to 4 % up to 30."""

_HALVINGS = 9


def smallest_detectable(differences: Sequence[float], level: float) -> float | None:
    """Return the mean difference that the sign-flip test at `level` finds with a power of 80 %.

    It rests on the deviation of the differences that were seen and on their number, not on their
    mean: it says what the design can do and nothing of the effect (Hoenig and Heisey 2001). None
    for differences without any spread, and where so few pairs cannot reach the level at all.
    """
    array = np.asarray(differences, dtype=np.float64)
    if len(array) < 2 or smallest_sign_flip_p(len(array)) > level:
        return None
    deviation = float(array.std(ddof=1))
    if deviation <= 1e-9 * float(np.abs(array).max()):
        return None
    return detectable_effect(len(array), level) * deviation


@lru_cache(maxsize=256)
def detectable_effect(pairs: int, level: float, wanted: float = POWER) -> float:
    """Return the mean of normal differences, in deviations, that is found with the wanted power.

    Found by bisection over experiments that are simulated from one seed; where the level allows
    more than 1,000 patterns, from the noncentral t distribution (Cohen 1988, chapter 2). Pairs that
    all have one sign reach every level that so many can reach: the effect that gives those with the
    wanted probability is the largest to look at.
    """
    if level * 2 ** (pairs - 1) > FEW_PATTERNS:
        return noncentrality_for(wanted, pairs - 1, level) / float(np.sqrt(pairs))
    noise = np.random.default_rng(0).normal(size=(TRIALS, pairs))
    low, high = 0.0, NormalDist().inv_cdf(wanted ** (1 / pairs))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        enough = _power(noise + middle, level) >= wanted
        low, high = (low, middle) if enough else (middle, high)
    return high


def _power(experiments: NDArray[np.float64], level: float) -> float:
    """The share of experiments, a row of differences each, that the sign-flip test finds."""
    flips = (sign_flip(experiment) for experiment in experiments)
    return float(np.mean([flip is not None and flip.p <= level for flip in flips]))
