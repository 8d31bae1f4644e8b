"""Betti curves: how many bars are alive at each length, early and late in a run."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from tsloss_core.analysis.figures.diagram import DISTANCE
from tsloss_core.analysis.trajectory import CloudAnalysis
from tsloss_core.canvas import SERIES, Data, axes_of, new_figure
from tsloss_core.topology import Diagram, betti_curve


def betti_data(analyses: Sequence[CloudAnalysis]) -> dict[str, Any]:
    """Return the curves of the first, the middle and the last of the clouds."""
    shown = sorted({0, len(analyses) // 2, len(analyses) - 1})
    return {
        "title": "Betti curves",
        "x_label": DISTANCE,
        "dimensions": [diagram.dimension for diagram in analyses[0].diagrams],
        "curves": [
            {"step": analyses[at].step, **{f"h{d.dimension}": _stairs(d) for d in diagrams}}
            for at, diagrams in ((at, analyses[at].diagrams) for at in shown)
        ],
    }


def draw_betti(data: Data) -> Figure:
    """Draw a panel per dimension and a stair per snapshot."""
    dimensions = data["dimensions"]
    figure = new_figure(rows=len(dimensions), width=6.4, height=2.4 * len(dimensions), sharex=True)
    panels = axes_of(figure)
    for axes, dimension in zip(panels, dimensions, strict=True):
        for curve, (colour, dashes) in zip(data["curves"], SERIES, strict=False):
            stairs = curve[f"h{dimension}"]
            axes.step(
                stairs["lengths"], stairs["counts"], where="post", color=colour, linestyle=dashes,
                label=f"step {curve['step']}",
            )  # fmt: skip
        axes.set_ylabel(f"bars alive in H{dimension}\n(count)")
        axes.set_ylim(bottom=0)
    panels[0].set_title(data["title"], loc="left")
    panels[0].legend(loc="best")
    panels[-1].set_xlabel(data["x_label"])
    return figure


def _stairs(diagram: Diagram) -> dict[str, list[float] | list[int]]:
    """Every length at which a bar is born or dies, and how many are alive from there on."""
    changes = np.unique(np.concatenate([[0.0], diagram.births, diagram.deaths, diagram.essential]))
    return {"lengths": changes.tolist(), "counts": betti_curve(diagram, changes).tolist()}
