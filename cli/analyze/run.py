"""Reads point clouds and computes their diagrams, measures and distances."""

import json
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
from tsloss_core.analysis import (
    CloudAnalysis,
    Evolution,
    PointCloud,
    Subject,
    analyze_cloud,
    evolve,
    landmarks,
)
from tsloss_core.analysis.evolution import Distances
from tsloss_core.clouds import read_cloud
from tsloss_core.spec import AnalysisSettings
from tsloss_core.topology.rips import MAX_POINTS

_STEP = re.compile(r"step-(\d+)")


@dataclass(frozen=True)
class FileAnalysis:
    """A cloud's file, its points, its analysis, and its distances from the cloud before, by name.

    A distance is None for the first cloud, and where two differ in the number of bars that never
    die: they are infinitely far apart.
    """

    path: Path
    cloud: PointCloud
    analysis: CloudAnalysis
    distances: Distances

    def to_json(self) -> dict[str, Any]:
        """Return everything by name."""
        points, width = self.cloud.points.shape
        return {
            "file": str(self.path),
            "step": self.analysis.step,
            "points": points,
            "width": width,
            "diagrams": [diagram.to_json() for diagram in self.analysis.diagrams],
            "statistics": self.analysis.measures,
            "distances_from_previous": self.distances,
        }


@dataclass(frozen=True)
class Analysis:
    """The clouds in order, and how the shape moved over them."""

    settings: AnalysisSettings
    files: Sequence[FileAnalysis]
    evolution: Evolution

    def to_json(self) -> dict[str, Any]:
        """Return everything by name."""
        return {
            "settings": self.settings.model_dump(mode="json"),
            "clouds": [file.to_json() for file in self.files],
            "evolution": self.evolution.to_json(),
        }

    def subject(self) -> Subject:
        """Return what the figures show."""
        shown = [self.files[at].cloud for at in landmarks(len(self.files))]
        return Subject([file.analysis for file in self.files], shown, self.evolution)


def analyze_files(paths: Sequence[Path], settings: AnalysisSettings, console: Console) -> Analysis:
    """Analyse the clouds of files, in order. Raises WrongInputError that names the file."""
    clouds = [_read(path, number) for number, path in enumerate(paths)]
    shown = track(
        _analyses(paths, clouds, settings), "persistence", len(paths), console=console,
        disable=not console.is_terminal, transient=True,
    )  # fmt: skip
    analyses = list(shown)
    evolution = evolve(analyses)
    files = map(FileAnalysis, paths, clouds, analyses, evolution.from_previous)
    return Analysis(settings, list(files), evolution)


def write_analysis(analysis: Analysis, out: Path) -> None:
    """Write analysis.json and the figures into a folder."""
    (out / "figures").mkdir(parents=True, exist_ok=True)
    (out / "analysis.json").write_text(json.dumps(analysis.to_json(), indent=2) + "\n", "utf-8")
    for name, data in draw_figures(analysis.subject()).items():
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
) -> Iterator[CloudAnalysis]:
    for number, (path, cloud) in enumerate(zip(paths, clouds, strict=True)):
        previous, first = (clouds[number - 1], clouds[0]) if number else (None, None)
        try:
            yield analyze_cloud(cloud, settings, previous, first)
        except ValueError as error:
            raise WrongInputError(f"{path}: {error}") from None
