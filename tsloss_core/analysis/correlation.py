"""Rank correlations, alone and given a third series; the comparison of two groups."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

FEWEST_PAIRS = 6
"""With fewer pairs, no correlation is told from chance."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Correlation:
    """A coefficient in [-1, 1] and its two-sided p value under independent pairs."""

    rho: float
    p_value: float


@dataclass(frozen=True)
class GroupComparison:
    """Mann-Whitney's U of the first group, two-sided p, and the rank-biserial effect in [-1, 1]."""

    u: float
    p_value: float
    rank_biserial: float
    sizes: tuple[int, int]


def spearman(x: ArrayLike, y: ArrayLike) -> Correlation | None:
    """Return Spearman's rho of two series (m,); None where one is constant or m < 6."""
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if len(first) < FEWEST_PAIRS or _constant(first) or _constant(second):
        return None
    found = stats.spearmanr(first, second)
    return Correlation(float(found.statistic), float(found.pvalue))


def partial_spearman(x: ArrayLike, y: ArrayLike, given: ArrayLike) -> Correlation | None:
    """Return Spearman's rho of x and y given a third series, all (m,).

    The correlation of what is left of the ranks of x and y after a linear fit on the ranks of
    `given` (Kendall 1942); two-sided p from Student's t with m - 3 degrees of freedom. None where
    m < 6, a series is constant, or nothing is left of x or y.
    """
    left = rank_residuals(x, y, given)
    if left is None:
        return None
    rho = pearson(*left)
    freedom = len(left[0]) - 3
    if abs(rho) >= 1.0:
        return Correlation(math.copysign(1.0, rho), 0.0)
    t = rho * math.sqrt(freedom / (1.0 - rho**2))
    return Correlation(rho, float(2 * stats.t.sf(abs(t), freedom)))


def rank_residuals(x: ArrayLike, y: ArrayLike, given: ArrayLike) -> tuple[Numbers, Numbers] | None:
    """Return the ranks of x and y less their linear fit on the ranks of `given`, each (m,).

    They are rounded to 1e-9 of a rank, so that what is equal but for rounding stays tied.
    """
    series = [np.asarray(values, dtype=np.float64) for values in (x, y, given)]
    if len(series[0]) < FEWEST_PAIRS or any(_constant(values) for values in series):
        return None
    ranks = [stats.rankdata(values) - (len(values) + 1) / 2 for values in series]
    first, second, third = ranks
    left = [values - third * (values @ third) / (third @ third) for values in (first, second)]
    # What rounding leaves of ranks that the fit explains wholly is no information.
    if any(values @ values < 1e-12 * (third @ third) for values in left):
        return None
    return left[0].round(9), left[1].round(9)


def pearson(x: Numbers, y: Numbers) -> float:
    """Return the product-moment correlation of two series (m,) of mean zero, neither all zero."""
    return float(np.clip((x @ y) / math.sqrt((x @ x) * (y @ y)), -1.0, 1.0))


def mann_whitney(high: ArrayLike, low: ArrayLike) -> GroupComparison | None:
    """Compare two groups by Mann-Whitney's U, two-sided; None where one is empty or all tie.

    `rank_biserial` is 2 U / (m n) - 1: 1 if every value of `high` is above every one of `low`.
    """
    first, second = np.asarray(high, dtype=np.float64), np.asarray(low, dtype=np.float64)
    if not len(first) or not len(second) or _constant(np.concatenate([first, second])):
        return None
    found = stats.mannwhitneyu(first, second, alternative="two-sided")
    sizes = len(first), len(second)
    effect = 2.0 * float(found.statistic) / (sizes[0] * sizes[1]) - 1.0
    return GroupComparison(float(found.statistic), float(found.pvalue), effect, sizes)


def _constant(values: Numbers) -> bool:
    return bool(values.min() == values.max())
