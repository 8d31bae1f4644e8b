"""The bars of a filtration as arrays, compiled by numba: one call for all of them.

Births and deaths are the lengths of their edges; a bar of length zero is left out. A prompt has so
few bars that several calls would take longer than what they compute.
"""

import numpy as np
from numba import njit

from tsloss_core.topology.filtration import spanning_forest
from tsloss_core.topology.reduction import pair_loops


@njit(cache=True, nogil=True)
def components_and_loops(edges, lengths, order, n, with_loops):
    """Return the bars of dimension 0 and of dimension 1, the latter none unless `with_loops`.

    `order` sorts the edges (m, 2) and lengths (m,) of n points. Of components: deaths, their edges
    and how many never die. Of loops: births, deaths, births of those that never die, edges of the
    births, edges of the deaths; the shortest births first.
    """
    edges, lengths = _sorted(edges, lengths, order)
    joins = spanning_forest(edges, n)
    components = _components(edges, lengths, joins, n)
    if with_loops:
        births, deaths, essential = pair_loops(edges, joins, n)
    else:
        births = deaths = essential = np.empty(0, dtype=np.int64)
    return components, _loops(edges, lengths, births, deaths, essential)


@njit(cache=True, nogil=True)
def _sorted(edges, lengths, order):
    in_order, ascending = np.empty_like(edges), np.empty_like(lengths)
    for rank in range(order.shape[0]):
        _copy_edge(in_order, rank, edges, order[rank])
        ascending[rank] = lengths[order[rank]]
    return in_order, ascending


@njit(cache=True, nogil=True)
def _components(edges, lengths, joins, n):
    deaths, ends = np.empty(n), np.empty((n, 2), dtype=np.int64)
    count = joined = 0
    for rank in range(joins.shape[0]):
        if not joins[rank]:
            continue
        joined += 1
        if lengths[rank] > 0:
            deaths[count] = lengths[rank]
            _copy_edge(ends, count, edges, rank)
            count += 1
    return deaths[:count], ends[:count], n - joined


@njit(cache=True, nogil=True)
def _loops(edges, lengths, births, deaths, essential):
    m = births.shape[0]
    born, died = np.empty(m), np.empty(m)
    birth_edges, death_edges = np.empty((m, 2), np.int64), np.empty((m, 2), np.int64)
    count = 0
    for pair in range(m - 1, -1, -1):
        birth, death = births[pair], deaths[pair]
        if lengths[birth] < lengths[death]:
            born[count], died[count] = lengths[birth], lengths[death]
            _copy_edge(birth_edges, count, edges, birth)
            _copy_edge(death_edges, count, edges, death)
            count += 1
    lasting = lengths[essential[::-1]]
    return born[:count], died[:count], lasting, birth_edges[:count], death_edges[:count]


@njit(inline="always")
def _copy_edge(target, at, source, rank):
    target[at, 0], target[at, 1] = source[rank, 0], source[rank, 1]
