"""Persistent cohomology of a Vietoris-Rips filtration in dimensions 0 and 1, compiled by numba.

The order of the filtration: edges by their rank (length, ties by position), a triangle by the key
(rank of its longest edge) * n + (the vertex opposite to it). Columns are the coboundaries of edges,
reduced over Z/2 from the longest edge to the shortest (de Silva, Morozov and Vejdemo-Johansson
2011; Bauer 2021). What keeps them few:

- Above the enclosing radius the complex is a cone: longer edges bear nothing.
- An edge of the minimum spanning tree ends a component and bears no loop (clearing).
- An edge whose lune is not empty, {v : uv and vw shorter than uw}, is paired with the first
  triangle that it completes (an apparent pair, Bauer 2021): a bar of length zero.

So only the edges with an empty lune outside the tree become columns.
"""

import numpy as np
from numba import njit

from tsloss_core.topology.bitset import NOTHING, clear, new_bitset, smallest, toggle

TOO_LONG = np.int32(np.iinfo(np.int32).max)
"""The rank of an edge that is not in the complex, and of the diagonal."""


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
def short_edges(distances, longest):
    """Return the edges i < j of length at most `longest` and their lengths, unsorted."""
    n = distances.shape[0]
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


@njit(cache=True, nogil=True)
def _ranks(edges, n):
    ranks = np.full((n, n), TOO_LONG, dtype=np.int32)
    for rank in range(edges.shape[0]):
        i, j = edges[rank, 0], edges[rank, 1]
        ranks[i, j] = rank
        ranks[j, i] = rank
    return ranks


@njit(cache=True, nogil=True)
def _lune_vertices(edges, ranks):
    """Return the first vertex in the lune of each edge, or NOTHING."""
    n = ranks.shape[0]
    found = np.full(edges.shape[0], np.int32(NOTHING))
    for rank in range(edges.shape[0]):
        near, far = ranks[edges[rank, 0]], ranks[edges[rank, 1]]
        for v in range(n):
            if near[v] < rank and far[v] < rank:
                found[rank] = v
                break
    return found


@njit(inline="always")
def _triangle(rank, i, j, v, first, second, n):
    """The key of triangle ijv: `rank` is that of ij, `first` of iv, `second` of jv."""
    if first > rank and first > second:
        return np.int64(first) * n + j
    if second > rank and second > first:
        return np.int64(second) * n + i
    return np.int64(rank) * n + v


@njit(cache=True, nogil=True)
def _first_coface(rank, edges, ranks):
    """Return the smallest triangle of an edge, or NOTHING."""
    n = ranks.shape[0]
    i, j = edges[rank, 0], edges[rank, 1]
    first, second = ranks[i], ranks[j]
    best = np.int64(NOTHING)
    for v in range(n):
        if first[v] != TOO_LONG and second[v] != TOO_LONG:
            key = _triangle(rank, i, j, v, first[v], second[v], n)
            if best == NOTHING or key < best:
                best = key
    return best


@njit(cache=True, nogil=True)
def _add_coboundary(rank, edges, ranks, floor, words, summary):
    """Add an edge's triangles from the key `floor` on; those before it have cancelled already."""
    n = ranks.shape[0]
    i, j = edges[rank, 0], edges[rank, 1]
    first, second = ranks[i], ranks[j]
    for v in range(n):
        if first[v] != TOO_LONG and second[v] != TOO_LONG:
            key = _triangle(rank, i, j, v, first[v], second[v], n)
            if key >= floor:
                toggle(words, summary, key)


@njit(cache=True, nogil=True)
def pair_loops(edges, joins, n):
    """Return birth and death rank of every loop, and the birth ranks of loops that never die.

    `edges` are sorted by length, `joins` marks those of the spanning forest. The longest births
    come first; bars of length zero may be among them where lengths tie.
    """
    ranks = _ranks(edges, n)
    lunes = _lune_vertices(edges, ranks)
    count = 0
    for rank in range(edges.shape[0]):
        if lunes[rank] == NOTHING and not joins[rank]:
            count += 1
    births = np.empty(count, dtype=np.int64)
    deaths = np.empty(count, dtype=np.int64)
    essential = np.empty(count, dtype=np.int64)
    paired, unpaired = 0, 0

    slots = 4
    while slots < 4 * count:
        slots *= 2
    table_keys = np.full(slots, np.int64(NOTHING))
    table_columns = np.empty(slots, dtype=np.int64)
    starts = np.zeros(count + 1, dtype=np.int64)
    members = np.empty(max(64, 2 * count), dtype=np.int32)
    words, summary = new_bitset(1)

    for rank in range(edges.shape[0] - 1, -1, -1):
        if lunes[rank] != NOTHING or joins[rank]:
            continue
        pivot = _first_coface(rank, edges, ranks)
        used = starts[paired]
        if used >= members.shape[0]:
            members = _grown(members, used + 1)
        members[used] = rank
        used += 1
        reduced = False
        while pivot != NOTHING:
            longest = pivot // n
            apparent = lunes[longest] == pivot - longest * n
            column = NOTHING if apparent else _look_up(table_keys, table_columns, pivot)
            if not apparent and column == NOTHING:
                break
            if not reduced:
                if words.shape[0] == 1:
                    words, summary = new_bitset(edges.shape[0] * n)
                _add_coboundary(rank, edges, ranks, pivot, words, summary)
                reduced = True
            if apparent:
                if used >= members.shape[0]:
                    members = _grown(members, used + 1)
                members[used] = longest
                used += 1
                _add_coboundary(longest, edges, ranks, pivot, words, summary)
            else:
                for at in range(starts[column], starts[column + 1]):
                    if used >= members.shape[0]:
                        members = _grown(members, used + 1)
                    members[used] = members[at]
                    used += 1
                    _add_coboundary(members[at], edges, ranks, pivot, words, summary)
            pivot = smallest(words, summary, pivot)
        if reduced:
            clear(words, summary)
        if pivot == NOTHING:
            essential[unpaired] = rank
            unpaired += 1
            continue
        _insert(table_keys, table_columns, pivot, paired)
        births[paired], deaths[paired] = rank, pivot // n
        paired += 1
        starts[paired] = _cancelled(members, starts[paired - 1], used)
    return births[:paired], deaths[:paired], essential[:unpaired]


@njit(cache=True, nogil=True)
def _cancelled(members, start, end):
    """Drop the members of a column that occur an even number of times; return its new end."""
    if end - start < 2:
        return end
    ordered = np.sort(members[start:end])
    kept, at = start, 0
    while at < ordered.shape[0]:
        run = at
        while run < ordered.shape[0] and ordered[run] == ordered[at]:
            run += 1
        if (run - at) % 2 == 1:
            members[kept] = ordered[at]
            kept += 1
        at = run
    return kept


@njit(cache=True, nogil=True)
def _grown(array, needed):
    larger = np.empty(max(needed, 2 * array.shape[0]), dtype=array.dtype)
    larger[: array.shape[0]] = array
    return larger


@njit(inline="always")
def _slot(keys, key):
    mask = keys.shape[0] - 1
    slot = (key * np.int64(0x9E3779B1) >> 7) & mask
    while keys[slot] != NOTHING and keys[slot] != key:
        slot = (slot + 1) & mask
    return slot


@njit(cache=True, nogil=True)
def _look_up(keys, columns, key):
    slot = _slot(keys, key)
    return columns[slot] if keys[slot] == key else np.int64(NOTHING)


@njit(cache=True, nogil=True)
def _insert(keys, columns, key, column):
    slot = _slot(keys, key)
    keys[slot] = key
    columns[slot] = column
