"""Persistent homology of prompt-sized point clouds."""

from tsloss_core.topology.betti import betti_curve, sampled_betti_curve
from tsloss_core.topology.compiling import warm_up
from tsloss_core.topology.diagram_distances import bottleneck_distance, wasserstein_distance
from tsloss_core.topology.diagrams import Diagram
from tsloss_core.topology.distances import distance_matrix
from tsloss_core.topology.rips import vietoris_rips
from tsloss_core.topology.statistics import DiagramStatistics, diagram_statistics

__all__ = [
    "Diagram",
    "DiagramStatistics",
    "betti_curve",
    "bottleneck_distance",
    "diagram_statistics",
    "distance_matrix",
    "sampled_betti_curve",
    "vietoris_rips",
    "warm_up",
    "wasserstein_distance",
]
