"""Betti curves."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tsloss_core.topology.bars import alive
from tsloss_core.topology.diagrams import Diagram


def betti_curve(diagram: Diagram, lengths: ArrayLike) -> NDArray[np.int64]:
    """Return the number of bars alive at each length: born at or before it, dying after it.

    `lengths` is (m,), in units of the distances; so is the result's shape.
    """
    at = np.asarray(lengths, dtype=np.float64)
    counts: NDArray[np.int64] = alive(diagram.births, diagram.deaths, diagram.essential, at)
    return counts
