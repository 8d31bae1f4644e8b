"""Sums over the bars of a diagram, compiled by numba.

A prompt has so few bars that numpy would take longer to be called than to compute.
"""

import numpy as np
from numba import njit


@njit(cache=True)
def summary(lifetimes):
    """Return sum, maximum, variance (over m) and persistent entropy in nats of m > 0 lifetimes.

    The entropy of bars without length is NaN.
    """
    count = len(lifetimes)
    total = longest = 0.0
    for lifetime in lifetimes:
        total += lifetime
        longest = max(longest, lifetime)
    mean = total / count
    squares = entropy = 0.0
    for lifetime in lifetimes:
        squares += (lifetime - mean) ** 2
        if lifetime > 0:
            entropy -= lifetime / total * np.log(lifetime / total)
    return total, longest, squares / count, entropy if total > 0 else np.nan


@njit(cache=True)
def alive(births, deaths, essential, lengths):
    """Return how many bars are alive at each length: born at or before it, dying after it."""
    counts = np.zeros(len(lengths), dtype=np.int64)
    for at in range(len(lengths)):
        length = lengths[at]
        for bar in range(len(births)):
            if births[bar] <= length < deaths[bar]:
                counts[at] += 1
        for birth in essential:
            if birth <= length:
                counts[at] += 1
    return counts


@njit(cache=True)
def alive_between(births, deaths, essential, count):
    """Return `count` even lengths from the first birth to the last death, and the bars there."""
    lengths = np.linspace(births.min(), deaths.max(), count)
    return lengths, alive(births, deaths, essential, lengths)
