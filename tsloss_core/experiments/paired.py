"""Tests of paired differences: is their centre zero?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tsloss_core.significance.student import two_sided_p

EXACT_UP_TO = 30
"""Pairs up to which all 2^n signs are counted; beyond, `DRAWS` random ones."""

DRAWS = 100_000
_AT_ONCE = 4096
_TIES = 1e-9
"""Sums that differ by less than this, relative to the sum of all sizes, count as equal."""


@dataclass(frozen=True)
class SignFlip:
    """A sign-flip test's two-sided p.

    `smallest_p` is the least that so many pairs can give.
    """

    p: float
    exact: bool
    smallest_p: float


def paired_t_p(differences: Sequence[float]) -> float | None:
    """Return the two-sided p of the paired t test (Student 1908).

    None where it is not defined: fewer than two pairs, or differences that are all the same.
    """
    array = np.asarray(differences, dtype=np.float64)
    if len(array) < 2:
        return None
    error = float(array.std(ddof=1)) / math.sqrt(len(array))
    if error <= _TIES * float(np.abs(array).max()):
        return None
    return two_sided_p(float(array.mean()) / error, len(array) - 1)


def sign_flip(differences: Sequence[float] | NDArray[np.float64], seed: int = 0) -> SignFlip | None:
    """Return the two-sided permutation test of paired differences (Fisher 1935), None for no pair.

    Under the null either arm could have given either value of a pair, so every sign pattern of the
    differences is as likely; p is the share of patterns whose sum is at least as far from zero.
    Exact up to 30 pairs; beyond, p = (hits + 1) / (draws + 1), which is a valid p as well
    (Phipson and Smyth 2010). The same `seed` draws the same patterns.
    """
    sizes = np.abs(np.asarray(differences, dtype=np.float64))
    if len(sizes) == 0:
        return None
    bound = abs(float(np.sum(differences))) - _TIES * float(sizes.sum())
    smallest = smallest_sign_flip_p(len(sizes))
    if len(sizes) <= EXACT_UP_TO:
        return SignFlip(_exact(sizes, bound), True, smallest)
    return SignFlip(_monte_carlo(sizes, bound, seed), False, smallest)


def smallest_sign_flip_p(pairs: int) -> float:
    """Return the least p that so many pairs can give, when all differences have one sign."""
    return min(1.0, 2.0 / 2**pairs) if pairs <= EXACT_UP_TO else 1.0 / (DRAWS + 1)


def _exact(sizes: NDArray[np.float64], bound: float) -> float:
    """Count the patterns of two halves, of which each pair of one of either makes a whole.

    Sums are as often above a bound as below its negative.
    """
    if bound <= 0:
        return 1.0
    half = len(sizes) // 2
    left, right = _sign_sums(sizes[:half]), np.sort(_sign_sums(sizes[half:]))
    above = len(right) - np.searchsorted(right, bound - left)
    return 2.0 * float(above.sum()) / 2.0 ** len(sizes)


def _sign_sums(sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums of n sizes under all 2^n sign patterns."""
    sums = np.zeros(1)
    for size in sizes:
        sums = np.concatenate([sums - size, sums + size])
    return sums


def _monte_carlo(sizes: NDArray[np.float64], bound: float, seed: int) -> float:
    rng = np.random.default_rng(seed)
    hits = 0
    for start in range(0, DRAWS, _AT_ONCE):
        count = min(_AT_ONCE, DRAWS - start)
        signs = rng.integers(0, 2, (count, len(sizes)), dtype=np.int8) * 2 - 1
        hits += int(np.sum(np.abs(signs @ sizes) >= bound))
    return (hits + 1) / (DRAWS + 1)
