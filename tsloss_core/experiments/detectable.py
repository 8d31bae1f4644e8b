"""The smallest effect that a design could have found."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tsloss_core.experiments.paired import sign_sums, smallest_sign_flip_p
from tsloss_core.significance.student import noncentrality_for

POWER = 0.8
TRIALS = 2000
"""Simulated experiments; the power of 80 % is known to 0.9 points then."""

SIMULATED_UP_TO = 13
"""Pairs; beyond, the t test's power is the sign-flip test's to 1 or 2 %, and simulating it slow."""

_ENTRIES = 1 << 22
_HALVINGS = 12
_LARGEST = 20.0
"""An effect of so many deviations is found by every test that can find any."""


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

    Found by bisection over experiments that are simulated from one seed; for more than 13 pairs
    from the noncentral t distribution (Cohen 1988, chapter 2).
    """
    if pairs > SIMULATED_UP_TO:
        return noncentrality_for(wanted, pairs - 1, level) / float(np.sqrt(pairs))
    noise = np.random.default_rng(0).normal(size=(TRIALS, pairs))
    low, high = 0.0, _LARGEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        enough = _power(noise + middle, level) >= wanted
        low, high = (low, middle) if enough else (middle, high)
    return high


def _power(experiments: NDArray[np.float64], level: float) -> float:
    """The share of experiments, a row of differences each, whose sign-flip test reaches the level.

    Half of the patterns count, for the others are their negatives.
    """
    trials, pairs = experiments.shape
    allowed = level * 2 ** (pairs - 1)
    seen = np.abs(experiments.sum(axis=1)) - 1e-9
    step = max(1, _ENTRIES >> (pairs - 1))
    found = 0
    for start in range(0, trials, step):
        sums = sign_sums(np.abs(experiments[start : start + step]))
        reached = np.sum(np.abs(sums) >= seen[start : start + step, None], axis=1)
        found += int(np.sum(reached <= allowed))
    return found / float(trials)
