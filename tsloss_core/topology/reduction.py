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

APPARENT = -2
"""Stands for the owner of a pivot that is the first coface of its own longest edge."""

TOO_LONG = np.int32(np.iinfo(np.int32).max)
"""The rank of an edge that is not in the complex, and of the diagonal."""


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
    columns = _columns(lunes, joins)
    count = columns.shape[0]
    births, deaths = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    essential = np.empty(count, dtype=np.int64)
    pivots, owners = _new_table(count)
    starts, members = np.zeros(count + 1, dtype=np.int64), np.empty(2 * count + 64, dtype=np.int32)
    words, summary = new_bitset(edges.shape[0] * n)
    paired, unpaired = 0, 0
    for rank in columns:
        pivot = _first_coface(rank, edges, ranks)
        members = _append(members, starts[paired], rank)
        used = starts[paired] + 1
        if pivot != NOTHING and _owner(pivot, n, lunes, pivots, owners) != NOTHING:
            pivot, members, used = _reduce(
                pivot, edges, ranks, lunes, pivots, owners, starts, members, used, words, summary
            )
        if pivot == NOTHING:
            essential[unpaired] = rank
            unpaired += 1
            continue
        _insert(pivots, owners, pivot, paired)
        births[paired], deaths[paired] = rank, pivot // n
        starts[paired + 1] = _cancelled(members, starts[paired], used)
        paired += 1
    return births[:paired], deaths[:paired], essential[:unpaired]


@njit(cache=True, nogil=True)
def _columns(lunes, joins):
    """Return the ranks of the edges that may bear a loop, from the longest to the shortest."""
    found = np.empty(lunes.shape[0], dtype=np.int64)
    count = 0
    for rank in range(lunes.shape[0] - 1, -1, -1):
        if lunes[rank] == NOTHING and not joins[rank]:
            found[count] = rank
            count += 1
    return found[:count]


@njit(inline="always")
def _owner(pivot, n, lunes, pivots, owners):
    """Who has this pivot: APPARENT for its own longest edge, a paired column, or NOTHING."""
    longest = pivot // n
    if lunes[longest] == pivot - longest * n:
        return np.int64(APPARENT)
    return _look_up(pivots, owners, pivot)


@njit(cache=True, nogil=True)
def _reduce(pivot, edges, ranks, lunes, pivots, owners, starts, members, used, words, summary):
    """Add columns to the one whose first member is the last of `members` until its pivot is free.

    Returns the free pivot, or NOTHING for a column that vanished, and the grown list of members.
    """
    n = ranks.shape[0]
    _add_coboundary(members[used - 1], edges, ranks, pivot, words, summary)
    owner = _owner(pivot, n, lunes, pivots, owners)
    while owner != NOTHING:
        first, last = (0, 1) if owner == APPARENT else (starts[owner], starts[owner + 1])
        for at in range(first, last):
            member = pivot // n if owner == APPARENT else np.int64(members[at])
            members = _append(members, used, member)
            used += 1
            _add_coboundary(member, edges, ranks, pivot, words, summary)
        pivot = smallest(words, summary, pivot)
        if pivot == NOTHING:
            break
        owner = _owner(pivot, n, lunes, pivots, owners)
    clear(words, summary)
    return pivot, members, used


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


@njit(inline="always")
def _append(array, at, value):
    """Return the array, or a larger copy, with `value` at the place `at`."""
    if at >= array.shape[0]:
        larger = np.empty(2 * array.shape[0], dtype=array.dtype)
        larger[: array.shape[0]] = array
        array = larger
    array[at] = value
    return array


@njit(cache=True, nogil=True)
def _new_table(count):
    """Return the keys and values of an empty hash table with room for `count` entries."""
    slots = 4
    while slots < 4 * count:
        slots *= 2
    return np.full(slots, np.int64(NOTHING)), np.empty(slots, dtype=np.int64)


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
