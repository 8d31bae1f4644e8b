"""Distances between persistence diagrams of one dimension."""

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tsloss_core.topology.diagrams import Diagram
from tsloss_core.topology.gudhi_bridge import Bars, hera_bottleneck, hera_wasserstein
from tsloss_core.topology.line_matching import line_bottleneck, line_wasserstein

Numbers = NDArray[np.float64]

TO_DIAGONAL = {"sup": 0.5, "euclidean": math.sqrt(0.5)}
"""How far the diagonal is from a bar, in lifetimes."""


def bottleneck_distance(first: Diagram, second: Diagram) -> float:
    """Return the bottleneck distance: the least largest sup-norm move of a matching, exact.

    Finite bars may be matched with the diagonal, essential bars only with essential ones by their
    births: diagrams with different numbers of those are infinitely far apart. By the stability
    theorem it is at most 2 max_i ||e_i|| when a cloud moves by e (Cohen-Steiner et al. 2007,
    Chazal et al. 2014). Raises ValueError for diagrams of different dimensions.
    """
    _check(first, second)
    essential = _essential_moves(first, second)
    if essential is None:
        return math.inf
    if _on_a_line(first, second):
        finite = float(line_bottleneck(_longest_first(first), _longest_first(second)))
    else:
        finite = hera_bottleneck(_bars(first), _bars(second))
    return max(finite, float(essential.max(initial=0.0)))


def wasserstein_distance(
    first: Diagram,
    second: Diagram,
    order: float = 1.0,
    ground: Literal["sup", "euclidean"] = "sup",
) -> float:
    """Return the Wasserstein distance: the least (sum of move^order)^(1/order) of a matching.

    Moves are measured by the ground metric. Exact in dimension 0, where all bars are born at once;
    elsewhere the relative error is at most 1e-4. Essential bars are treated as in
    `bottleneck_distance`. Raises ValueError for diagrams of different dimensions or
    an order that is not finite or below 1.
    """
    if not 1 <= order < math.inf:
        raise ValueError(f"order must be finite and at least 1, not {order}")
    _check(first, second)
    essential = _essential_moves(first, second)
    if essential is None:
        return math.inf
    if _on_a_line(first, second):
        sides = _longest_first(first), _longest_first(second)
        finite = float(line_wasserstein(*sides, float(order), TO_DIAGONAL[ground]))
    else:
        finite = hera_wasserstein(_bars(first), _bars(second), order, ground) ** order
    return float((finite + (essential**order).sum()) ** (1 / order))


def _check(first: Diagram, second: Diagram) -> None:
    if first.dimension != second.dimension:
        dimensions = f"{first.dimension} and {second.dimension}"
        raise ValueError(f"the diagrams have different homology dimensions: {dimensions}")


def _on_a_line(first: Diagram, second: Diagram) -> bool:
    """Whether all finite bars of both are born at the same length, as those of dimension 0 are."""
    births = np.concatenate([first.births, second.births])
    return bool((births == births[:1]).all())


def _longest_first(diagram: Diagram) -> Numbers:
    return np.ascontiguousarray(np.sort(diagram.deaths - diagram.births)[::-1])


def _bars(diagram: Diagram) -> Bars:
    return np.stack([diagram.births, diagram.deaths], axis=1)


def _essential_moves(first: Diagram, second: Diagram) -> Bars | None:
    """Moves of the essential births in their order, which is the best matching on a line."""
    if len(first.essential) != len(second.essential):
        return None
    return np.abs(np.sort(first.essential) - np.sort(second.essential))
