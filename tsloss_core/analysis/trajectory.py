"""The structural evolution of a run: the topology of its prompt at every snapshot."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tsloss_core.spec import AnalysisSettings
from tsloss_core.topology import Diagram, diagram_statistics, vietoris_rips


@dataclass(frozen=True)
class PointCloud:
    """A prompt at a step; `points` is (n, d), any float dtype."""

    step: int
    points: NDArray[Any]


@dataclass(frozen=True)
class CloudAnalysis:
    """The diagrams of one cloud (index = homology dimension) and its measures by name."""

    step: int
    diagrams: tuple[Diagram, ...]
    measures: dict[str, Any]


def analyze_cloud(
    cloud: PointCloud, settings: AnalysisSettings, previous: PointCloud | None = None
) -> CloudAnalysis:
    """Return diagrams and measures of a cloud; `previous` is what displacement is measured from.

    Raises ValueError for NaN or infinite coordinates, and for clouds of different shapes.
    """
    longest = math.inf if settings.max_edge_length is None else settings.max_edge_length
    diagrams = vietoris_rips(cloud.points, settings.max_dimension, longest)
    measures: dict[str, Any] = {
        f"h{diagram.dimension}": diagram_statistics(diagram).to_json() for diagram in diagrams
    }
    measures["geometry"] = geometry(cloud, previous)
    return CloudAnalysis(cloud.step, tuple(diagrams), measures)


def analyze_trajectory(
    clouds: Sequence[PointCloud],
    settings: AnalysisSettings,
    on_cloud: Callable[[CloudAnalysis], None] | None = None,
) -> list[CloudAnalysis]:
    """Analyse clouds in the order given; `on_cloud` is told of each. Cost is linear in clouds."""
    analyses: list[CloudAnalysis] = []
    previous: PointCloud | None = None
    for cloud in clouds:
        analysis = analyze_cloud(cloud, settings, previous)
        analyses.append(analysis)
        if on_cloud is not None:
            on_cloud(analysis)
        previous = cloud
    return analyses


def geometry(cloud: PointCloud, previous: PointCloud | None) -> dict[str, float | None]:
    """Return norms, cosine structure and displacement of the tokens.

    `mean_cosine` is over pairs of different tokens; `mean_displacement` is the mean distance that
    a token moved since `previous`, None for the first cloud.
    """
    points = np.asarray(cloud.points, dtype=np.float64)
    norms = np.linalg.norm(points, axis=1)
    return {
        "mean_norm": float(norms.mean()),
        "max_norm": float(norms.max()),
        "mean_cosine": _mean_cosine(points, norms),
        "mean_displacement": _mean_displacement(points, previous),
    }


def _mean_cosine(points: NDArray[np.float64], norms: NDArray[np.float64]) -> float | None:
    n = len(points)
    if n < 2 or norms.min() == 0:
        return None
    units = points / norms[:, None]
    total = float(np.square(units.sum(axis=0)).sum())
    return (total - n) / (n * (n - 1))


def _mean_displacement(points: NDArray[np.float64], previous: PointCloud | None) -> float | None:
    if previous is None:
        return None
    if previous.points.shape != points.shape:
        shapes = f"{previous.points.shape} and {points.shape}"
        raise ValueError(f"the clouds of a trajectory differ in shape: {shapes}")
    moved = points - np.asarray(previous.points, dtype=np.float64)
    return float(np.linalg.norm(moved, axis=1).mean())
