"""The one module that imports gudhi, lazily.

It calls `RipsComplex` and `SimplexTree` (MIT) and `gudhi.hera` (BSD) and nothing else. gudhi's own
`__init__` loads GPL modules when it is imported, so nothing that training or the default pairing
runs comes here: only homology in dimension 2, and distances between diagrams.
"""

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tsloss_core.topology.diagrams import Diagram

Bars = NDArray[np.float64]
Edges = NDArray[np.int64]


def simplex_tree_diagrams(
    distances: NDArray[np.float64], max_dimension: int, max_edge_length: float = math.inf
) -> list[Diagram]:
    """Return the Vietoris-Rips diagrams of an (n, n) distance matrix from gudhi's SimplexTree.

    The generators of dimension 1 are edges; those of dimension 2 are the longest edges of the
    simplices that bear and kill.
    """
    generators = _persistent_tree(distances, max_dimension, max_edge_length)
    diagrams = [_dimension_zero(distances, generators[0], generators[2])]
    for dimension in range(1, max_dimension + 1):
        finite = _at(generators[1], dimension - 1, width=4)
        essential = _at(generators[3], dimension - 1, width=2)
        diagrams.append(_higher(distances, dimension, finite, essential))
    return diagrams


def hera_bottleneck(first: Bars, second: Bars) -> float:
    """Return the bottleneck distance of two (m, 2) arrays of finite bars."""
    from gudhi.hera import bottleneck_distance

    return float(bottleneck_distance(first, second, delta=0.0))


def hera_wasserstein(
    first: Bars, second: Bars, order: float, ground: Literal["sup", "euclidean"]
) -> float:
    """Return the Wasserstein distance of two (m, 2) arrays of finite bars, to 1e-4 relative."""
    from gudhi.hera import wasserstein_distance

    internal = math.inf if ground == "sup" else 2.0
    distance = wasserstein_distance(first, second, order=order, internal_p=internal, delta=1e-4)
    return float(distance)


def _persistent_tree(distances: NDArray[np.float64], max_dimension: int, longest: float) -> Any:
    import gudhi

    complex_ = gudhi.RipsComplex(distance_matrix=distances, max_edge_length=longest)
    tree = complex_.create_simplex_tree(max_dimension=1)
    tree.expansion(max_dimension + 1)
    tree.compute_persistence(homology_coeff_field=2, min_persistence=0, persistence_dim_max=True)
    return tree.flag_persistence_generators()


def _at(groups: Any, index: int, width: int) -> Edges:
    if index >= len(groups):
        return np.empty((0, width), dtype=np.int64)
    return np.asarray(groups[index], dtype=np.int64).reshape(-1, width)


def _dimension_zero(distances: NDArray[np.float64], finite: Any, essential: Any) -> Diagram:
    edges = np.asarray(finite, dtype=np.int64).reshape(-1, 3)[:, 1:]
    deaths = distances[edges[:, 0], edges[:, 1]]
    lasting = deaths > 0
    return Diagram(
        dimension=0,
        births=np.zeros(int(lasting.sum())),
        deaths=deaths[lasting],
        essential=np.zeros(len(essential)),
        birth_edges=None,
        death_edges=edges[lasting],
    )


def _higher(
    distances: NDArray[np.float64], dimension: int, finite: Edges, essential: Edges
) -> Diagram:
    births = distances[finite[:, 0], finite[:, 1]]
    deaths = distances[finite[:, 2], finite[:, 3]]
    lasting = deaths > births
    return Diagram(
        dimension=dimension,
        births=births[lasting],
        deaths=deaths[lasting],
        essential=distances[essential[:, 0], essential[:, 1]],
        birth_edges=finite[lasting, :2],
        death_edges=finite[lasting, 2:],
    )
