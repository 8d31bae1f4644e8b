"""Analysis of prompts as point clouds, one by one and over a run."""

from tsloss_core.analysis.across_runs import RunRelations, relate_across_runs
from tsloss_core.analysis.across_words import across_words
from tsloss_core.analysis.evolution import Evolution, diagram_distances, evolve
from tsloss_core.analysis.figures import Subject, landmarks, render_figures
from tsloss_core.analysis.null_trajectory import Drive, null_trajectory
from tsloss_core.analysis.performance import Performance, performance_of, relate
from tsloss_core.analysis.study import Study, Trajectory, study_trajectory
from tsloss_core.analysis.token_map import token_maps
from tsloss_core.analysis.trajectory import (
    CloudAnalysis,
    PointCloud,
    analyze_cloud,
    analyze_trajectory,
)
from tsloss_core.analysis.vocabulary import vocabulary_evolution
from tsloss_core.analysis.words import relation_words, settling_words

__all__ = [
    "CloudAnalysis",
    "Drive",
    "Evolution",
    "Performance",
    "PointCloud",
    "RunRelations",
    "Study",
    "Subject",
    "Trajectory",
    "across_words",
    "analyze_cloud",
    "analyze_trajectory",
    "diagram_distances",
    "evolve",
    "landmarks",
    "null_trajectory",
    "performance_of",
    "relate",
    "relate_across_runs",
    "relation_words",
    "render_figures",
    "settling_words",
    "study_trajectory",
    "token_maps",
    "vocabulary_evolution",
]
