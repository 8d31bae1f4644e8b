"""A mean over seeds and how far off it may be."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tsloss_core.significance.levels import CONFIDENCE
from tsloss_core.significance.student import quantile


@dataclass(frozen=True)
class MeanInterval:
    """Mean, standard deviation (n - 1) and 95 % t-interval of `n` values.

    One value has no deviation and no interval: these are None.
    """

    n: int
    mean: float
    deviation: float | None
    low: float | None
    high: float | None


def mean_interval(values: Sequence[float]) -> MeanInterval | None:
    """Return the mean with Student's interval, None for no values.

    The interval's confidence holds for independent normal values; for others it is approximate.
    """
    if not values:
        return None
    array = np.asarray(values, dtype=np.float64)
    mean = float(array.mean())
    if len(array) == 1:
        return MeanInterval(1, mean, None, None, None)
    deviation = float(array.std(ddof=1))
    half = half_width(deviation, len(array))
    return MeanInterval(len(array), mean, deviation, mean - half, mean + half)


def half_width(deviation: float, n: int) -> float:
    """Return how far Student's interval goes to each side of the mean of `n` >= 2 values."""
    return quantile(0.5 + CONFIDENCE / 2, n - 1) * deviation / math.sqrt(n)
