"""Matchings of bars that are all born at the same length, compiled by numba; exact.

In the birth-death plane such bars lie on a line, as all of dimension 0 do, and a best matching on a
line need not cross itself.
"""

import numpy as np
from numba import njit


@njit(cache=True)
def line_bottleneck(first, second):
    """Return the bottleneck distance of two arrays of lifetimes, each longest first.

    Some best matching has the k longest of either side in their order, the others go to the
    diagonal, half a lifetime away: an unmatched bar a >= a' that is longer than a matched one takes
    over its partner b if b >= a/2, at a cost of at most what a or b paid before; else all three are
    within a/2 of the diagonal. So the least over k is the distance.
    """
    pairs = min(len(first), len(second))
    least, moved = np.inf, 0.0
    for k in range(pairs + 1):
        left = 0.0
        if k < len(first):
            left = max(left, first[k] / 2)
        if k < len(second):
            left = max(left, second[k] / 2)
        least = min(least, max(moved, left))
        if k < pairs:
            moved = max(moved, abs(first[k] - second[k]))
    return least


@njit(cache=True)
def line_wasserstein(first, second, order, to_diagonal):
    """Return the least sum of move^order over matchings of two arrays of lifetimes, longest first.

    The diagonal is `to_diagonal` times a lifetime away. Moves on a line of convex cost need not
    cross, so that the bars can be gone through in order: each is matched with the next of the other
    side, or goes to the diagonal. Costs n m steps for n and m bars.
    """
    leaving = (to_diagonal * second) ** order
    costs = np.zeros(len(second) + 1)
    costs[1:] = np.cumsum(leaving)
    for i in range(len(first)):
        away = (to_diagonal * first[i]) ** order
        corner, costs[0] = costs[0], costs[0] + away
        for j in range(len(second)):
            move = abs(first[i] - second[j])
            if order != 1.0:
                move = move**order
            matched = corner + move
            corner = costs[j + 1]
            costs[j + 1] = min(matched, corner + away, costs[j] + leaving[j])
    return costs[-1]
