"""The structural evolution of a run: the topology of its prompt at every snapshot."""

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from tsloss_core.analysis.geometry import geometry, tokens
from tsloss_core.spec import AnalysisSettings
from tsloss_core.topology import (
    Diagram,
    betti_curve,
    diagram_statistics,
    vietoris_rips,
    warm_up,
)

BETTI_POINTS = 33
"""Lengths at which a Betti curve is read, evenly spaced from its first birth to its last death."""

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


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
    if not len(diagram.births):
        return {"lengths": [], "counts": []}
    lengths = np.linspace(diagram.births.min(), diagram.deaths.max(), BETTI_POINTS)
    return {"lengths": lengths.tolist(), "counts": betti_curve(diagram, lengths).tolist()}


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
    for analysis in in_threads(lambda task: _analyze(task, settings), _tasks(clouds), threads):
        found.append(analysis)
        if on_cloud is not None:
            on_cloud(analysis)
    return found


def in_threads(
    function: Callable[[ItemT], ResultT], items: Iterable[ItemT], threads: int
) -> Iterator[ResultT]:
    """Yield the results in order; no more than two items per thread are taken ahead."""
    if threads <= 1:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[ResultT]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) > 2 * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _tasks(clouds: Iterable[PointCloud]) -> Iterator[_Task]:
    first: PointCloud | None = None
    previous: PointCloud | None = None
    for cloud in clouds:
        first = first or cloud
        yield _Task(cloud, previous, first)
        previous = cloud


def _analyze(task: _Task, settings: AnalysisSettings) -> CloudAnalysis:
    return analyze_cloud(task.cloud, settings, task.previous, task.first)
