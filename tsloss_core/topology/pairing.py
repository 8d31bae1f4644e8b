"""The diagrams of a distance matrix in dimensions 0 and 1, with generators."""

import numpy as np
from numpy.typing import NDArray

from tsloss_core.topology.barcode import components_and_loops
from tsloss_core.topology.diagrams import Diagram
from tsloss_core.topology.filtration import edges_within, has_ties

Distances = NDArray[np.float64]


def pair(distances: Distances, max_dimension: int, max_edge_length: float) -> list[Diagram]:
    """Return the diagrams of a checked (n, n) float64 matrix for `max_dimension` 0 or 1.

    Births and deaths are the lengths of their edges, exactly.
    """
    edges, lengths = edges_within(distances, max_edge_length)
    components, loops = components_and_loops(
        edges, lengths, _stable_order(lengths), len(distances), max_dimension > 0
    )
    diagrams = [_dimension_zero(*components)]
    if max_dimension > 0:
        diagrams.append(Diagram(1, *loops))
    return diagrams


def _stable_order(lengths: NDArray[np.float64]) -> NDArray[np.int64]:
    """Sort by length, ties by position; mostly there are none, and then numpy's own is quicker."""
    order = np.argsort(lengths)
    return np.argsort(lengths, kind="stable") if has_ties(lengths, order) else order


def _dimension_zero(
    deaths: NDArray[np.float64], death_edges: NDArray[np.int64], components: int
) -> Diagram:
    births, essential = np.zeros(len(deaths)), np.zeros(components)
    return Diagram(0, births, deaths, essential, None, death_edges)
