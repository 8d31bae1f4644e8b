"""Intervals for correlations of series whose values depend on their neighbours."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from tsloss_core.significance.levels import CONFIDENCE

Numbers = NDArray[np.float64]

RESAMPLES = 1000


@dataclass(frozen=True)
class Interval:
    """The percentile interval of a coefficient, and the length of the blocks that were drawn."""

    low: float
    high: float
    block_length: int

    def to_json(self) -> dict[str, float | int]:
        """Return the fields by name."""
        return {**vars(self)}


def block_bootstrap(
    x: Numbers, y: Numbers, *, block_length: int | None = None, seed: int = 0
) -> Interval:
    """Return the interval of the correlation of two series (m,) from resampled blocks.

    Blocks of neighbouring pairs are drawn from the series closed to a circle (Politis and Romano
    1992), so that a resample keeps the dependence within blocks, which drawing single pairs would
    break and thereby give too short an interval. Without a `block_length` it is that of Andrews
    1991 for the variance of a mean under first-order dependence (the lag-window that blocks
    amount to is Bartlett's): (sqrt(6) a / (1 - a^2))^(2/3) m^(1/3), rounded up, a the lag-one
    autocorrelation of the coefficient's influence values; from 1 to m / 3. The interval is that of
    the percentiles, too narrow for short series (docs/mathematics.md says by how much). Series
    with a trend have it removed first (see `rank_residuals`). Neither series may be constant.
    """
    first, second = _standardized(x), _standardized(y)
    length = block_length or _block_length(first, second)
    drawn = _drawn(len(first), length, seed)
    return _percentiles(_correlations(first[drawn], second[drawn]), length)


def group_bootstrap(values: Numbers, high: NDArray[np.bool_], *, seed: int = 0) -> Interval:
    """Return the interval of the rank-biserial effect of `high` on values, both (m,).

    As `block_bootstrap`: each value is drawn with its group, in blocks as long as for the
    correlation of the ranks with the groups. Neither values nor groups may be constant.
    """
    length = _block_length(_standardized(rankdata(values)), _standardized(high.astype(np.float64)))
    drawn = _drawn(len(values), length, seed)
    return _percentiles(_effects(values[drawn], high[drawn]), length)


def _drawn(m: int, length: int, seed: int) -> NDArray[np.int64]:
    """Places of resampled values, (RESAMPLES, m), in blocks of the length."""
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, m, size=(RESAMPLES, math.ceil(m / length)))
    drawn = (starts[:, :, None] + np.arange(length)) % m
    return drawn.reshape(RESAMPLES, -1)[:, :m]


def _percentiles(found: Numbers, length: int) -> Interval:
    low, high = np.quantile(found, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(float(low), float(high), length)


def _standardized(values: Numbers) -> Numbers:
    centred = values - values.mean()
    return np.asarray(centred / math.sqrt(float(centred @ centred) / len(centred)))


def _block_length(x: Numbers, y: Numbers) -> int:
    m = len(x)
    influence = x * y - (x @ y) / m * (x**2 + y**2) / 2
    centred = influence - influence.mean()
    power = float(centred @ centred)
    dependence = float(centred[:-1] @ centred[1:]) / power if power > 0 else 0.0
    bounded = min(max(dependence, 0.0), 0.97)
    ideal = (math.sqrt(6) * bounded / (1 - bounded**2)) ** (2 / 3) * m ** (1 / 3)
    return int(min(max(1, math.ceil(ideal)), max(1, m // 3)))


def _correlations(x: Numbers, y: Numbers) -> Numbers:
    """The correlation of each row of two (r, m) arrays; 0 for a row in which one is constant."""
    x = x - x.mean(axis=1, keepdims=True)
    y = y - y.mean(axis=1, keepdims=True)
    power = np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    products: Numbers = (x * y).sum(axis=1)
    found: Numbers = np.where(power > 1e-12, products / np.maximum(power, 1e-12), 0.0)
    return found


def _effects(values: Numbers, high: NDArray[np.bool_]) -> Numbers:
    """The rank-biserial effect of each row of two (r, m) arrays; 0 where a group is empty."""
    sizes = high.sum(axis=1)
    pairs = sizes * (high.shape[1] - sizes)
    u = (rankdata(values, axis=1) * high).sum(axis=1) - sizes * (sizes + 1) / 2
    found: Numbers = np.where(pairs > 0, 2 * u / np.maximum(pairs, 1) - 1, 0.0)
    return found
