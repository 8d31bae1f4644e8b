"""The diagrams of a distance matrix in dimensions 0 and 1, with generators."""

import numpy as np
from numpy.typing import NDArray

from tsloss_core.topology.diagrams import Diagram
from tsloss_core.topology.reduction import (
    enclosing_radius,
    pair_loops,
    short_edges,
    spanning_forest,
)

Distances = NDArray[np.float64]


def pair(distances: Distances, max_dimension: int, max_edge_length: float) -> list[Diagram]:
    """Return the diagrams of a checked (n, n) float64 matrix for `max_dimension` 0 or 1.

    Births and deaths are the lengths of their edges, exactly.
    """
    n = len(distances)
    if n == 0:
        return [_empty(dimension) for dimension in range(max_dimension + 1)]
    edges, lengths, joins = _filtration(distances, max_edge_length)
    diagrams = [_components(edges, lengths, joins, n)]
    if max_dimension > 0:
        diagrams.append(_loops(edges, lengths, joins, n))
    return diagrams


def _filtration(
    distances: Distances, max_edge_length: float
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.bool_]]:
    """Edges (m, 2) in the order of their lengths (m,), and which of them join components (m,)."""
    longest = min(max_edge_length, float(enclosing_radius(distances)))
    edges, lengths = short_edges(distances, longest)
    order = _stable_order(lengths)
    edges = edges[order]
    return edges, lengths[order], spanning_forest(edges, len(distances))


def _stable_order(lengths: NDArray[np.float64]) -> NDArray[np.int64]:
    """Sort by length, ties by position; mostly there are none, and then numpy's own is quicker."""
    order = np.argsort(lengths)
    sorted_lengths = lengths[order]
    if (sorted_lengths[1:] == sorted_lengths[:-1]).any():
        return np.argsort(lengths, kind="stable")
    return order


def _components(
    edges: NDArray[np.int32], lengths: NDArray[np.float64], joins: NDArray[np.bool_], n: int
) -> Diagram:
    joining = np.flatnonzero(joins)
    deaths = lengths[joining]
    lasting = joining[np.searchsorted(deaths, 0.0, side="right") :]
    return Diagram(
        dimension=0,
        births=np.zeros(len(lasting)),
        deaths=lengths[lasting],
        essential=np.zeros(n - len(joining)),
        birth_edges=None,
        death_edges=edges[lasting].astype(np.int64),
    )


def _loops(
    edges: NDArray[np.int32], lengths: NDArray[np.float64], joins: NDArray[np.bool_], n: int
) -> Diagram:
    births, deaths, essential = pair_loops(edges, joins, n)
    lasting = lengths[births] < lengths[deaths]
    births, deaths = births[lasting][::-1], deaths[lasting][::-1]
    return Diagram(
        dimension=1,
        births=lengths[births],
        deaths=lengths[deaths],
        essential=lengths[essential[::-1]],
        birth_edges=edges[births].astype(np.int64),
        death_edges=edges[deaths].astype(np.int64),
    )


def _empty(dimension: int) -> Diagram:
    none, no_edges = np.zeros(0), np.zeros((0, 2), dtype=np.int64)
    births = None if dimension == 0 else no_edges
    return Diagram(dimension, none, none.copy(), none.copy(), births, no_edges.copy())
