"""Betti curves."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tsloss_core.topology.bars import alive, alive_between
from tsloss_core.topology.diagrams import Diagram, Lengths


def betti_curve(diagram: Diagram, lengths: ArrayLike) -> NDArray[np.int64]:
    """Return the number of bars alive at each length: born at or before it, dying after it.

    `lengths` is (m,), in units of the distances; so is the result's shape.
    """
    at = np.asarray(lengths, dtype=np.float64)
    counts: NDArray[np.int64] = alive(diagram.births, diagram.deaths, diagram.essential, at)
    return counts


def sampled_betti_curve(diagram: Diagram, count: int) -> tuple[Lengths, NDArray[np.int64]]:
    """Return `count` lengths, evenly spaced from first birth to last death, and the curve there.

    Both are empty for a diagram without finite bars.
    """
    if not len(diagram.births):
        return np.empty(0), np.empty(0, dtype=np.int64)
    lengths, counts = alive_between(diagram.births, diagram.deaths, diagram.essential, count)
    return lengths, counts
