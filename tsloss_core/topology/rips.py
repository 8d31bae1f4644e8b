"""Vietoris-Rips persistent homology of point clouds."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from tsloss_core.topology.diagrams import Diagram
from tsloss_core.topology.distances import check_distance_matrix, distance_matrix
from tsloss_core.topology.gudhi_oracle import simplex_tree_diagrams

MAX_DIMENSION = 2


def vietoris_rips(
    points: ArrayLike,
    max_dimension: int = 1,
    max_edge_length: float = math.inf,
    precomputed: bool = False,
) -> list[Diagram]:
    """Return the diagrams of homology dimensions 0 to `max_dimension` over Z/2.

    `points` is (n, d), any float type, or with `precomputed` an (n, n) distance matrix. Edges
    longer than `max_edge_length` are not in the complex. The filtration value of an edge is its
    length (the diameter, not the radius). Raises ValueError for NaN, infinity, an asymmetric or
    negative matrix, or a dimension outside 0..2.
    """
    if not 0 <= max_dimension <= MAX_DIMENSION:
        raise ValueError(f"max_dimension must be 0, 1 or 2, not {max_dimension}")
    if not max_edge_length >= 0:
        raise ValueError(f"max_edge_length must not be negative or NaN: {max_edge_length}")
    array = _to_numpy(points)
    distances = check_distance_matrix(array) if precomputed else distance_matrix(array)
    return simplex_tree_diagrams(distances, max_dimension, max_edge_length)


def _to_numpy(points: Any) -> np.ndarray:
    if hasattr(points, "detach"):
        points = points.detach().double().cpu().numpy()
    return np.asarray(points)
