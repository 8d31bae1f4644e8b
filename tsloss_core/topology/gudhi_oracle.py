"""The one module that imports gudhi, lazily, and calls only its MIT-licensed SimplexTree."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tsloss_core.topology.diagrams import Diagram


def simplex_tree_diagrams(
    distances: NDArray[np.float64], max_dimension: int, max_edge_length: float = math.inf
) -> list[Diagram]:
    """Return the Vietoris-Rips diagrams of an (n, n) distance matrix, generators in H0 and H1."""
    tree = _persistent_tree(distances, max_dimension, max_edge_length)
    generators = tree.flag_persistence_generators()
    diagrams = [_dimension_zero(distances, generators[0], generators[2])]
    for dimension in range(1, max_dimension + 1):
        finite = _at(generators[1], dimension - 1, width=4)
        essential = _at(generators[3], dimension - 1, width=2)
        diagrams.append(_higher(distances, dimension, finite, essential))
    return diagrams


def _persistent_tree(distances: NDArray[np.float64], max_dimension: int, longest: float) -> Any:
    import gudhi

    complex_ = gudhi.RipsComplex(distance_matrix=distances, max_edge_length=longest)
    tree = complex_.create_simplex_tree(max_dimension=1)
    tree.expansion(max_dimension + 1)
    tree.compute_persistence(homology_coeff_field=2, min_persistence=0)
    return tree


def _at(groups: Any, index: int, width: int) -> NDArray[np.int64]:
    if index >= len(groups):
        return np.empty((0, width), dtype=np.int64)
    return np.asarray(groups[index], dtype=np.int64).reshape(-1, width)


def _dimension_zero(distances: NDArray[np.float64], finite: Any, essential: Any) -> Diagram:
    edges = np.asarray(finite, dtype=np.int64).reshape(-1, 3)[:, 1:]
    deaths = distances[edges[:, 0], edges[:, 1]]
    kept = deaths > 0
    return Diagram(
        dimension=0,
        births=np.zeros(int(kept.sum())),
        deaths=deaths[kept],
        essential=np.zeros(len(essential)),
        birth_edges=None,
        death_edges=edges[kept],
    )


def _higher(
    distances: NDArray[np.float64],
    dimension: int,
    finite: NDArray[np.int64],
    essential: NDArray[np.int64],
) -> Diagram:
    births = distances[finite[:, 0], finite[:, 1]]
    deaths = distances[finite[:, 2], finite[:, 3]]
    kept = deaths > births
    return Diagram(
        dimension=dimension,
        births=births[kept],
        deaths=deaths[kept],
        essential=distances[essential[:, 0], essential[:, 1]],
        birth_edges=finite[kept, :2],
        death_edges=finite[kept, 2:],
    )
