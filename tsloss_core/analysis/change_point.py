"""Where a series changes its level: Pettitt's test."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

FEWEST_VALUES = 11
"""Shorter series have no change that the test could tell from chance: K is m^2 / 4 at the most."""


@dataclass(frozen=True)
class ChangePoint:
    """A series changes after `index` values: median `before`, median `after`."""

    index: int
    statistic: float
    p_value: float
    before: float
    after: float


def change_point(series: ArrayLike) -> ChangePoint | None:
    """Return where the level of a series (m,) most likely changes; None below 11 values.

    Pettitt 1979 (Applied Statistics 28, 126): U_t = sum over i < t <= j of sign(x_i - x_j),
    K = max |U_t|, p = 2 exp(-6 K^2 / (m^3 + m^2)), at most 1. It uses ranks alone, so that neither
    scale nor outliers matter. It supposes independent values; those of one run are not, so a small
    p is to be read beside that of a task-free trajectory. Raises ValueError for NaN or infinity.
    """
    values = np.asarray(series, dtype=np.float64)
    if not np.isfinite(values).all():
        raise ValueError("a series must be finite: found NaN or infinity")
    m = len(values)
    if m < FEWEST_VALUES:
        return None
    signs = np.sign(values[:, None] - values[None, :])
    # U_t grows by the row of the value that crosses over: sum_j sign(x_t - x_j).
    sums = np.cumsum(signs.sum(axis=1))[:-1]
    at = int(np.argmax(np.abs(sums)))
    statistic = float(abs(sums[at]))
    p_value = min(1.0, 2.0 * math.exp(-6.0 * statistic**2 / (m**3 + m**2)))
    before, after = float(np.median(values[: at + 1])), float(np.median(values[at + 1 :]))
    return ChangePoint(at + 1, statistic, p_value, before, after)
