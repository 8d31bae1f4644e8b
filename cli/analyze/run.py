"""Reads point clouds and computes their diagrams, measures and distances."""

import json
import math
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from cli.errors import WrongInputError
from cli.figures import draw_figures
from tsloss_core.analysis import CloudAnalysis, PointCloud, analyze_cloud
from tsloss_core.clouds import read_cloud
from tsloss_core.spec import AnalysisSettings
from tsloss_core.topology import bottleneck_distance, wasserstein_distance
from tsloss_core.topology.rips import MAX_POINTS

_STEP = re.compile(r"step-(\d+)")


@dataclass(frozen=True)
class FileAnalysis:
    """A file's cloud, its analysis, and its distances from the cloud before, by name.

    A distance is None where the two differ in bars that never die: they are infinitely far apart.
    """

    path: Path
    cloud: PointCloud
    analysis: CloudAnalysis
    distances: dict[str, float | None]

    def to_json(self) -> dict[str, Any]:
        """Return everything by name."""
        return {
            "file": str(self.path),
            "step": self.analysis.step,
            "points": self.cloud.points.shape[0],
            "width": self.cloud.points.shape[1],
            "diagrams": [diagram.to_json() for diagram in self.analysis.diagrams],
            "statistics": self.analysis.measures,
            "distances_from_previous": self.distances or None,
        }


@dataclass(frozen=True)
class Analysis:
    """The clouds in order."""

    settings: AnalysisSettings
    clouds: Sequence[FileAnalysis]

    def to_json(self) -> dict[str, Any]:
        """Return everything by name."""
        clouds = [cloud.to_json() for cloud in self.clouds]
        return {"settings": self.settings.model_dump(mode="json"), "clouds": clouds}


def analyze_files(paths: Sequence[Path], settings: AnalysisSettings, console: Console) -> Analysis:
    """Analyse the clouds of files, in order. Raises WrongInputError that names the file."""
    clouds = [_read(path, number) for number, path in enumerate(paths)]
    shown = track(
        _analyses(paths, clouds, settings), "persistence", len(paths), console=console,
        disable=not console.is_terminal, transient=True,
    )  # fmt: skip
    return Analysis(settings, list(shown))


def write_analysis(analysis: Analysis, out: Path) -> None:
    """Write analysis.json and the figures into a folder."""
    (out / "figures").mkdir(parents=True, exist_ok=True)
    (out / "analysis.json").write_text(json.dumps(analysis.to_json(), indent=2) + "\n", "utf-8")
    clouds = [each.cloud for each in analysis.clouds]
    for name, data in draw_figures(clouds, [each.analysis for each in analysis.clouds]).items():
        (out / name).write_bytes(data)


def _read(path: Path, number: int) -> PointCloud:
    told = _STEP.search(path.name)
    try:
        points = read_cloud(path.read_bytes(), path.name, MAX_POINTS, sys.maxsize)
    except (OSError, ValueError) as error:
        raise WrongInputError(f"{path}: {error}") from None
    return PointCloud(int(told[1]) if told else number, points)


def _analyses(
    paths: Sequence[Path], clouds: Sequence[PointCloud], settings: AnalysisSettings
) -> Iterator[FileAnalysis]:
    before: CloudAnalysis | None = None
    for number, (path, cloud) in enumerate(zip(paths, clouds, strict=True)):
        try:
            analysis = analyze_cloud(cloud, settings, clouds[number - 1] if number else None)
        except ValueError as error:
            raise WrongInputError(f"{path}: {error}") from None
        yield FileAnalysis(path, cloud, analysis, _distances(before, analysis))
        before = analysis


def _distances(before: CloudAnalysis | None, after: CloudAnalysis) -> dict[str, float | None]:
    if before is None:
        return {}
    measured = {
        f"{name}_h{one.dimension}": distance(one, other)
        for one, other in zip(before.diagrams, after.diagrams, strict=True)
        for name, distance in (
            ("bottleneck", bottleneck_distance), ("wasserstein", wasserstein_distance),
        )
    }  # fmt: skip
    return {name: value if math.isfinite(value) else None for name, value in measured.items()}
