"""The edges of a Vietoris-Rips filtration: which there are and which join components. By numba."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def is_exact(distances):
    """Return whether a matrix is square, finite, not negative, zero on the diagonal, symmetric."""
    n = distances.shape[0]
    if distances.shape[1] != n:
        return False
    for i in range(n):
        if distances[i, i] != 0:
            return False
        for j in range(i):
            value = distances[i, j]
            if not 0 <= value < np.inf or distances[j, i] != value:
                return False
    return True


@njit(cache=True, nogil=True)
def enclosing_radius(distances):
    """Return min_i max_j D_ij, beyond which the complex is a cone."""
    radius = np.inf
    for i in range(distances.shape[0]):
        radius = min(radius, distances[i].max())
    return radius


@njit(cache=True, nogil=True)
def edges_within(distances, longest):
    """Return edges i < j and their lengths, unsorted, up to `longest` and the enclosing radius."""
    n = distances.shape[0]
    longest = min(longest, enclosing_radius(distances))
    edges = np.empty((n * (n - 1) // 2, 2), dtype=np.int32)
    lengths = np.empty(n * (n - 1) // 2)
    count = 0
    for i in range(n):
        for j in range(i + 1, n):
            if distances[i, j] <= longest:
                edges[count, 0], edges[count, 1] = i, j
                lengths[count] = distances[i, j]
                count += 1
    return edges[:count], lengths[:count]


@njit(cache=True, nogil=True)
def has_ties(lengths, order):
    """Return whether two neighbours in the order have the same length."""
    for rank in range(1, order.shape[0]):
        if lengths[order[rank]] == lengths[order[rank - 1]]:
            return True
    return False


@njit(cache=True, nogil=True)
def spanning_forest(edges, n):
    """Return which of the sorted edges join two components (Kruskal)."""
    joins = np.zeros(edges.shape[0], dtype=np.bool_)
    parent = np.arange(n)
    left = n - 1
    for rank in range(edges.shape[0]):
        if left == 0:
            break
        a, b = _root(parent, edges[rank, 0]), _root(parent, edges[rank, 1])
        if a != b:
            parent[a] = b
            joins[rank] = True
            left -= 1
    return joins


@njit(cache=True, nogil=True)
def _root(parent, i):
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i
