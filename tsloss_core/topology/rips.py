"""Vietoris-Rips persistent homology of point clouds."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from tsloss_core.topology.diagrams import Diagram
from tsloss_core.topology.distances import check_distance_matrix, distance_matrix
from tsloss_core.topology.filtration import enclosing_radius
from tsloss_core.topology.gudhi_bridge import simplex_tree_diagrams
from tsloss_core.topology.pairing import pair

MAX_DIMENSION = 2
MAX_POINTS = 4096


def vietoris_rips(
    points: ArrayLike,
    max_dimension: int = 1,
    max_edge_length: float = math.inf,
    precomputed: bool = False,
) -> list[Diagram]:
    """Return the diagrams of homology dimensions 0 to `max_dimension` over Z/2, with generators.

    `points` is (n, d), any float type, or with `precomputed` an (n, n) distance matrix. Edges
    longer than `max_edge_length` are not in the complex. The filtration value of an edge is its
    length (the diameter, not the radius), and every birth and death is the length of an edge, bit
    for bit. Dimensions 0 and 1 are this project's own (see `reduction`); dimension 2 asks gudhi.

    Raises ValueError for NaN, infinity, an asymmetric or negative matrix, more than 4,096 points,
    or a dimension outside 0..2.
    """
    if not 0 <= max_dimension <= MAX_DIMENSION:
        raise ValueError(f"max_dimension must be 0, 1 or 2, not {max_dimension}")
    if not max_edge_length >= 0:
        raise ValueError(f"max_edge_length must not be negative or NaN: {max_edge_length}")
    array = _to_numpy(points)
    if len(array) > MAX_POINTS:
        raise ValueError(f"{len(array)} points, over the limit of {MAX_POINTS}")
    distances = check_distance_matrix(array) if precomputed else distance_matrix(array)
    if max_dimension == MAX_DIMENSION:
        longest = min(max_edge_length, float(enclosing_radius(distances)))
        return simplex_tree_diagrams(distances, max_dimension, longest)
    return pair(distances, max_dimension, max_edge_length)


def _to_numpy(points: Any) -> Any:
    if hasattr(points, "detach"):
        return points.detach().double().cpu().numpy()
    array = np.asarray(points)
    if array.ndim == 0:
        raise ValueError("points must have shape (n, d), not a single number")
    return array
