"""Analysis of prompts as point clouds, one by one and over a run."""

from tsloss_core.analysis.figures import render_figures
from tsloss_core.analysis.token_map import token_maps
from tsloss_core.analysis.trajectory import (
    CloudAnalysis,
    PointCloud,
    analyze_cloud,
    analyze_trajectory,
)

__all__ = [
    "CloudAnalysis",
    "PointCloud",
    "analyze_cloud",
    "analyze_trajectory",
    "render_figures",
    "token_maps",
]
