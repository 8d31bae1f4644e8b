"""Maps of a trajectory: its tokens in their principal plane, its diagrams by their distances."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from tsloss_core.analysis.embedding import classical_mds, principal_components
from tsloss_core.analysis.trajectory import CloudAnalysis, PointCloud
from tsloss_core.canvas import BLACK, GREY, Data, axes_of, new_figure
from tsloss_core.topology import bottleneck_distance

LANDMARKS = 24
"""Snapshots on a map, evenly spaced: all pairs of them are compared, so their number is bounded."""

COLOURS = "cividis"
"""Grows steadily lighter, in print and for every kind of colour vision."""


def landmarks(count: int) -> list[int]:
    """Return at most LANDMARKS of the indices 0 .. count - 1, first and last among them."""
    return sorted({round(at) for at in np.linspace(0, count - 1, min(count, LANDMARKS))})


def token_map_data(clouds: Sequence[PointCloud]) -> dict[str, Any]:
    """Return the path of each token in the plane of the largest variance of all of them.

    `clouds` are the landmarks, all of one shape (n, d).
    """
    points = np.concatenate([cloud.points for cloud in clouds])
    flat = principal_components(points)
    paths = flat.coordinates.reshape(len(clouds), -1, 2).transpose(1, 0, 2)
    return {
        "title": "Map of the tokens (principal components)",
        "x_label": _axis("component 1", "embedding units", flat.shares[0]),
        "y_label": _axis("component 2", "embedding units", flat.shares[1]),
        "steps": [cloud.step for cloud in clouds],
        "paths": paths.tolist(),
    }


def draw_token_map(data: Data) -> Figure:
    """Draw a path per token from its start (hollow) to its end (filled, numbered)."""
    figure = new_figure(width=6.4, height=5.4)
    (axes,) = axes_of(figure)
    paths = np.array(data["paths"])
    for number, path in enumerate(paths):
        axes.plot(path[:, 0], path[:, 1], color=GREY, linewidth=0.8, alpha=0.8, zorder=2)
        if len(paths) <= 40:
            axes.annotate(
                str(number), path[-1], xytext=(4, 3), textcoords="offset points", fontsize=7
            )
    first, last = data["steps"][0], data["steps"][-1]
    axes.scatter(
        paths[:, 0, 0],
        paths[:, 0, 1],
        s=26,
        facecolors="white",
        edgecolors=BLACK,
        zorder=3,
        label=f"step {first}",
    )
    axes.scatter(
        paths[:, -1, 0], paths[:, -1, 1], s=26, color=BLACK, zorder=4, label=f"step {last}"
    )
    axes.set(xlabel=data["x_label"], ylabel=data["y_label"])
    axes.set_title(data["title"], loc="left")
    axes.legend(loc="best")
    return figure


def snapshot_map_data(analyses: Sequence[CloudAnalysis]) -> dict[str, Any]:
    """Return, per dimension, the landmarks' places by the bottleneck distances of their diagrams.

    A dimension in which some diagrams are infinitely far apart is left out.
    """
    panels = [_panel(analyses, at) for at in range(len(analyses[0].diagrams))]
    return {
        "title": "Map of the diagrams (classical scaling of bottleneck distances)",
        "steps": [analysis.step for analysis in analyses],
        "panels": [panel for panel in panels if panel is not None],
    }


def draw_snapshot_map(data: Data) -> Figure:
    """Draw a panel per dimension, the snapshots joined in their order and coloured by step."""
    panels = data["panels"]
    figure = new_figure(1, len(panels), width=4.6 * len(panels) + 0.8, height=4.4)
    steps = np.array(data["steps"])
    scatter = None
    for axes, panel in zip(axes_of(figure), panels, strict=True):
        places = np.array(panel["coordinates"])
        axes.plot(places[:, 0], places[:, 1], color=GREY, linewidth=0.8, zorder=2)
        scatter = axes.scatter(
            places[:, 0],
            places[:, 1],
            c=steps,
            cmap=COLOURS,
            s=34,
            edgecolors=BLACK,
            linewidths=0.5,
            zorder=3,
        )
        for at in (0, -1):
            axes.annotate(
                f"step {steps[at]}", places[at], xytext=(6, 6), textcoords="offset points",
                fontsize=8,
            )  # fmt: skip
        axes.set(xlabel=panel["x_label"], ylabel=panel["y_label"])
        axes.set_title(f"H{panel['dimension']}", loc="left")
        axes.margins(0.12)
        axes.locator_params(nbins=5)
    if scatter is not None:
        figure.colorbar(scatter, ax=figure.axes, label="step", shrink=0.8)
    figure.suptitle(data["title"], x=0.01, ha="left")
    return figure


def _panel(analyses: Sequence[CloudAnalysis], dimension: int) -> dict[str, Any] | None:
    distances = np.zeros((len(analyses), len(analyses)))
    for i, one in enumerate(analyses):
        for j in range(i):
            found = bottleneck_distance(one.diagrams[dimension], analyses[j].diagrams[dimension])
            distances[i, j] = distances[j, i] = found
    if not np.isfinite(distances).all():
        return None
    flat = classical_mds(distances)
    return {
        "dimension": dimension,
        "coordinates": flat.coordinates.tolist(),
        "x_label": _axis("coordinate 1", "distance", flat.shares[0]),
        "y_label": _axis("coordinate 2", "distance", flat.shares[1]),
    }


def _axis(name: str, unit: str, share: float) -> str:
    return f"{name} ({unit}; {share:.0%} of the variation)"
