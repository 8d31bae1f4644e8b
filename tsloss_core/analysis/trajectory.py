"""The structural evolution of a run: the topology of its prompt at every snapshot."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from numpy.typing import NDArray

from tsloss_core.analysis.geometry import geometry, tokens
from tsloss_core.analysis.threads import in_threads
from tsloss_core.spec import AnalysisSettings
from tsloss_core.topology import (
    Diagram,
    diagram_statistics,
    sampled_betti_curve,
    vietoris_rips,
    warm_up,
)

BETTI_POINTS = 33
"""Lengths at which a Betti curve is read, evenly spaced from its first birth to its last death."""


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


@dataclass(frozen=True)
class _Task:
    cloud: PointCloud
    previous: PointCloud | None
    first: PointCloud | None


def analyze_cloud(
    cloud: PointCloud,
    settings: AnalysisSettings,
    previous: PointCloud | None = None,
    first: PointCloud | None = None,
) -> CloudAnalysis:
    """Return diagrams and measures of a cloud.

    `previous` and `first` are what displacement and drift are measured from. The measures are
    `h0`, `h1` ... (see `DiagramStatistics`), `betti`, `geometry` and `tokens`.
    Raises ValueError for NaN or infinite coordinates, and for clouds of different shapes.
    """
    diagrams = diagrams_of(cloud.points, settings)
    before = None if previous is None else previous.points
    start = None if first is None else first.points
    measures: dict[str, Any] = {
        **topological_measures(diagrams),
        "geometry": geometry(cloud.points, before, start),
        "tokens": tokens(cloud.points, start),
    }
    return CloudAnalysis(cloud.step, tuple(diagrams), measures)


def diagrams_of(points: NDArray[Any], settings: AnalysisSettings) -> list[Diagram]:
    """Return the Vietoris-Rips diagrams of (n, d) points under the settings of an analysis."""
    longest = math.inf if settings.max_edge_length is None else settings.max_edge_length
    return vietoris_rips(points, settings.max_dimension, longest)


def topological_measures(diagrams: list[Diagram]) -> dict[str, Any]:
    """Return the statistics of each diagram, and under `betti` its Betti curve."""
    names = [f"h{diagram.dimension}" for diagram in diagrams]
    statistics = [diagram_statistics(diagram).to_json() for diagram in diagrams]
    curves = [_betti(diagram) for diagram in diagrams]
    return {
        **dict(zip(names, statistics, strict=True)),
        "betti": dict(zip(names, curves, strict=True)),
    }


def _betti(diagram: Diagram) -> dict[str, list[float] | list[int]]:
    lengths, counts = sampled_betti_curve(diagram, BETTI_POINTS)
    return {"lengths": lengths.tolist(), "counts": counts.tolist()}


def analyze_trajectory(
    clouds: Iterable[PointCloud],
    settings: AnalysisSettings,
    on_cloud: Callable[[CloudAnalysis], None] | None = None,
    threads: int = 1,
) -> list[CloudAnalysis]:
    """Analyse clouds in the order given; `on_cloud` is told of each, in order.

    Clouds are taken from the iterable as they are needed and let go after. The cost is linear in
    clouds. `threads` analyse at once: distances and pairing hold no interpreter lock, and a
    process for each would cost more to start than hundreds of prompt-sized clouds to analyse.
    """
    warm_up()
    found: list[CloudAnalysis] = []
    analyze = partial(_analyze, settings)
    for analysis in in_threads(analyze, _tasks(clouds), threads, _size):
        found.append(analysis)
        if on_cloud is not None:
            on_cloud(analysis)
    return found


def _tasks(clouds: Iterable[PointCloud]) -> Iterator[_Task]:
    first: PointCloud | None = None
    previous: PointCloud | None = None
    for cloud in clouds:
        first = first or cloud
        yield _Task(cloud, previous, first)
        previous = cloud


def _size(task: _Task) -> int:
    return task.cloud.points.nbytes


def _analyze(settings: AnalysisSettings, task: _Task) -> CloudAnalysis:
    return analyze_cloud(task.cloud, settings, task.previous, task.first)
