"""Persistent homology of prompt-sized point clouds."""

from tsloss_core.topology.diagrams import Diagram
from tsloss_core.topology.rips import vietoris_rips
from tsloss_core.topology.statistics import DiagramStatistics, diagram_statistics

__all__ = ["Diagram", "DiagramStatistics", "diagram_statistics", "vietoris_rips"]
