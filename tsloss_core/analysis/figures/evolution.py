"""How the structural measures and the accuracy evolve over the snapshots."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from tsloss_core.analysis.figures.canvas import (
    BLACK,
    H_COLOURS,
    H_MARKERS,
    axes_of,
    new_figure,
)
from tsloss_core.analysis.trajectory import CloudAnalysis

PANELS = {
    "count": "bars",
    "mean_lifetime": "mean lifetime (distance)",
    "max_lifetime": "maximum lifetime (distance)",
    "persistent_entropy": "persistent entropy (nats)",
}


def draw_evolution(
    analyses: Sequence[CloudAnalysis], accuracies: Mapping[int, float] | None = None
) -> Figure:
    """Draw each measure of H0 and H1 over the steps, and the accuracy by step in the last panel."""
    figure = new_figure(rows=3, columns=2, width=8.4, height=7.6)
    panels = axes_of(figure)
    for axes, (measure, label) in zip(panels, PANELS.items(), strict=False):
        _draw_measure(axes, analyses, measure)
        axes.set(ylabel=label)
    _draw_displacement(panels[4], analyses)
    _draw_accuracy(panels[5], accuracies or {})
    for axes in panels[4:]:
        axes.set_xlabel("step")
    panels[0].legend()
    figure.suptitle("Structural evolution of the prompt")
    return figure


def _draw_measure(axes: Any, analyses: Sequence[CloudAnalysis], measure: str) -> None:
    for dimension in (0, 1):
        points = [
            (analysis.step, analysis.measures[f"h{dimension}"][measure])
            for analysis in analyses
            if f"h{dimension}" in analysis.measures
        ]
        known = [(step, value) for step, value in points if value is not None]
        axes.plot(
            *([list(axis) for axis in zip(*known, strict=True)] or ([], [])),
            color=H_COLOURS[dimension], marker=H_MARKERS[dimension], markersize=4,
            linestyle="-" if dimension == 0 else "--", label=f"H{dimension}",
        )  # fmt: skip


def _draw_displacement(axes: Any, analyses: Sequence[CloudAnalysis]) -> None:
    moved = [(a.step, a.measures["geometry"]["mean_displacement"]) for a in analyses[1:]]
    axes.plot([s for s, _ in moved], [v for _, v in moved], color=BLACK, marker=".", linestyle="-")
    axes.set(ylabel="mean displacement (distance)")


def _draw_accuracy(axes: Any, accuracies: Mapping[int, float]) -> None:
    steps = sorted(accuracies)
    axes.plot(steps, [accuracies[step] for step in steps], color=BLACK, marker="D", markersize=4)
    axes.set(ylabel="accuracy (share)", ylim=(-0.02, 1.02))
    if not steps:
        axes.annotate("no accuracy was measured", (0.5, 0.5), xycoords="axes fraction", ha="center")
