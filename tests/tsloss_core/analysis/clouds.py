"""Drifting clouds for tests of trajectories."""

from collections.abc import Iterable

import numpy as np

from tsloss_core.analysis import (
    CloudAnalysis,
    Performance,
    PointCloud,
    Subject,
    analyze_trajectory,
    evolve,
    relate,
    vocabulary_evolution,
)
from tsloss_core.analysis.figures import landmarks
from tsloss_core.analysis.performance import measure_series
from tsloss_core.spec import AnalysisSettings

SETTINGS = AnalysisSettings()

STEPS = [
    {
        "step": step,
        "loss": 3 / step,
        "regularizer": 0.1,
        "terms": {"h0": 0.1, "h1": 0.01},
        "gradient_ratio": 0.02,
    }
    for step in range(1, 11)
]


def drifting(count: int, points: int = 12, width: int = 4, seed: int = 0) -> list[PointCloud]:
    """Return `count` clouds that drift by small random moves, ten steps apart."""
    rng = np.random.default_rng(seed)
    cloud = rng.normal(size=(points, width))
    moves = 0.1 * rng.normal(size=(count, points, width))
    return [PointCloud(10 * i, cloud + moves[:i].sum(axis=0)) for i in range(count)]


def of_sizes(sizes: Iterable[float]) -> list[PointCloud]:
    """Return a cloud of each size, all of one shape, ten steps apart."""
    cloud = np.random.default_rng(0).normal(size=(8, 3))
    return [PointCloud(10 * i, size * cloud) for i, size in enumerate(sizes)]


def analyses_of(clouds: list[PointCloud]) -> list[CloudAnalysis]:
    return analyze_trajectory(clouds, SETTINGS)


def words(points: int, name: str) -> list[dict[str, object]]:
    return [{"token_id": i, "token": f"{name}{i}", "distance": 0.5 + i} for i in range(points)]


def subject(count: int = 10, points: int = 12, **fields: object) -> Subject:
    """Return a run with everything that figures can show, unless `fields` say otherwise."""
    clouds = drifting(count, points)
    analyses = analyses_of(clouds)
    rng = np.random.default_rng(1)
    scores = {cloud.step: float(rng.uniform()) for cloud in clouds}
    performance = Performance("full_valid_accuracy", scores)
    nulls = [measure_series(analyses_of(drifting(count, points, seed=seed))) for seed in (5, 6)]
    steps = [cloud.step for cloud in clouds]
    known: dict[str, object] = {
        "steps": STEPS,
        "performance": performance,
        "vocabulary": vocabulary_evolution(steps, [words(points, "w")] * count),
        "relations": relate(analyses, performance, nulls),
    }
    kept = [clouds[at] for at in landmarks(count)]
    return Subject(analyses, kept, evolve(analyses), **{**known, **fields})
