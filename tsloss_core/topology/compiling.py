"""Compiles ahead of time what numba would compile at its first use."""

import math

import numpy as np

from tsloss_core.topology.betti import betti_curve, sampled_betti_curve
from tsloss_core.topology.distances import distance_matrix
from tsloss_core.topology.filtration import is_exact
from tsloss_core.topology.line_matching import line_bottleneck, line_wasserstein
from tsloss_core.topology.pairing import pair
from tsloss_core.topology.statistics import diagram_statistics


def warm_up() -> None:
    """Compile, or load from numba's cache, all that diagrams and their measures run.

    Some seconds the first time.
    """
    angles = np.arange(8) * (math.tau / 8)
    points = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    distance_matrix(points.astype(np.float32))
    distances = distance_matrix(points)
    is_exact(distances)
    line_bottleneck(angles, angles)
    line_wasserstein(angles, angles, 1.0, 0.5)
    for diagram in pair(distances, 1, math.inf):
        diagram_statistics(diagram)
        betti_curve(diagram, [0.0])
        sampled_betti_curve(diagram, 2)
