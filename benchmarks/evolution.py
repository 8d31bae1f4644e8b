"""The persistence of a run's snapshots against gudhi's RipsComplex, in one interleaved run.

    python benchmarks/evolution.py

The peer is the paper's way: for every snapshot a RipsComplex of its points, a simplex tree of
dimension 2, its persistence, and from the bars the same statistics and Betti curves as ours. Both
get the same float32 clouds and must give the same statistics. Per snapshot, medians over rounds of
snapshots in which each way has its turn.
"""

import math
import os
import platform
import time
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median
from typing import Any

import gudhi
import numpy as np

from tsloss_core.analysis import PointCloud, analyze_trajectory, evolve
from tsloss_core.analysis.threads import in_threads
from tsloss_core.analysis.trajectory import diagrams_of, topological_measures
from tsloss_core.spec import AnalysisSettings
from tsloss_core.topology import Diagram, warm_up

SNAPSHOTS, TOKENS, WIDTH = 300, 40, 2048
ROUND = 60
SETTINGS = AnalysisSettings()


def clouds() -> list[np.ndarray]:
    """A prompt from N(0, 0.02^2) that drifts a little at every snapshot."""
    rng = np.random.default_rng(0)
    cloud = rng.normal(0, 0.02, (TOKENS, WIDTH))
    made = []
    for _ in range(SNAPSHOTS):
        cloud = cloud + rng.normal(0, 0.0005, cloud.shape)
        made.append(cloud.astype(np.float32))
    return made


def ours(points: np.ndarray) -> dict[str, Any]:
    """This project's diagrams and statistics."""
    return topological_measures(diagrams_of(points, SETTINGS))


def peer(points: np.ndarray) -> dict[str, Any]:
    """gudhi's diagrams of a RipsComplex, and the same statistics of them."""
    tree = gudhi.RipsComplex(points=points).create_simplex_tree(max_dimension=2)
    tree.compute_persistence()
    return topological_measures(
        [_diagram(k, tree.persistence_intervals_in_dimension(k)) for k in (0, 1)]
    )


def _diagram(dimension: int, bars: np.ndarray) -> Diagram:
    bars = np.asarray(bars, dtype=np.float64).reshape(-1, 2)
    finite, none = bars[np.isfinite(bars[:, 1])], np.empty((0, 2), dtype=np.int64)
    births, deaths = finite[:, 0].copy(), finite[:, 1].copy()
    essential = bars[~np.isfinite(bars[:, 1]), 0].copy()
    return Diagram(dimension, births, deaths, essential, none if dimension else None, none.copy())


def check(points: np.ndarray) -> None:
    """Raise AssertionError unless both give the same statistics."""
    found, expected = ours(points), peer(points)
    for name in ("h0", "h1"):
        for measure, value in expected[name].items():
            assert math.isclose(found[name][measure], value, rel_tol=1e-5, abs_tol=1e-7), measure


def timed(way: Any, batch: list[np.ndarray]) -> tuple[float, float]:
    """Milliseconds per snapshot, by the clock and of processor time in all threads."""
    wall, processor = time.perf_counter(), time.process_time()
    way(batch)
    spent = time.perf_counter() - wall, time.process_time() - processor
    return 1e3 * spent[0] / len(batch), 1e3 * spent[1] / len(batch)


def main() -> None:
    """Print the table."""
    warm_up()
    made = clouds()
    for points in made[:: SNAPSHOTS // 10]:
        check(points)
    threads = len(os.sched_getaffinity(0))
    ways = {
        "gudhi RipsComplex": lambda batch: [peer(points) for points in batch],
        "ours, one thread": lambda batch: [ours(points) for points in batch],
        f"ours, {threads} threads": lambda batch: list(
            in_threads(ours, batch, threads, lambda points: points.nbytes)
        ),
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for start in range(0, SNAPSHOTS, ROUND):
        for name, way in ways.items():
            times[name].append(timed(way, made[start : start + ROUND]))
    names = ("numpy", "numba", "gudhi")
    told = ", ".join(f"{name} {version(name)}" for name in names)
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {threads} processors;", end=" ")
    print(f"python {platform.python_version()}, {told}")
    print(f"{SNAPSHOTS} snapshots of {TOKENS} x {WIDTH}; load {os.getloadavg()[0]:.1f}\n")
    print("| way | ms by the clock | gudhi / it | ms of processor time | gudhi / it |")
    print("|---|---|---|---|---|")
    base = _medians(times["gudhi RipsComplex"])
    for name, values in times.items():
        pairs = zip(base, _medians(values), strict=True)
        cells = [f"{spent:.3f} | {whole / spent:.1f}" for whole, spent in pairs]
        print(f"| {name} | {' | '.join(cells)} |")
    _linear(made, threads)


def _medians(times: list[tuple[float, float]]) -> tuple[float, float]:
    wall, processor = zip(*times, strict=True)
    return median(wall), median(processor)


def _linear(made: list[np.ndarray], threads: int) -> None:
    """The whole evolution, geometry and diagram distances among it, at growing numbers."""
    print("\n| snapshots | whole evolution, s | ms per snapshot |\n|---|---|---|")
    for count in (75, 150, 300):
        run = [PointCloud(step, points) for step, points in enumerate(made[:count])]
        start = time.perf_counter()
        evolve(analyze_trajectory(run, SETTINGS, threads=threads), threads=threads)
        seconds = time.perf_counter() - start
        print(f"| {count} | {seconds:.2f} | {1e3 * seconds / count:.2f} |")


if __name__ == "__main__":
    main()
