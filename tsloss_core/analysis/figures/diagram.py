"""The persistence diagram: birth against death of every bar."""

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure

from tsloss_core.canvas import (
    GREY,
    H_COLOURS,
    H_MARKERS,
    Data,
    axes_of,
    new_figure,
)
from tsloss_core.topology import Diagram

DISTANCE = "distance between embeddings"


def diagram_data(diagrams: Sequence[Diagram], title: str) -> dict[str, Any]:
    """Return the bars of diagrams, ready for `draw_diagram` and `draw_barcode`."""
    return {
        "title": title,
        "unit": DISTANCE,
        "diagrams": [diagram.to_json() for diagram in diagrams],
    }


def longest_death(data: Data) -> float:
    """Return the largest death of a finite bar, 1 where there is none: the scale of the axes."""
    return max((max(d["deaths"], default=0.0) for d in data["diagrams"]), default=0.0) or 1.0


def draw_diagram(data: Data) -> Figure:
    """Draw the finite bars as points and the essential ones on a line at infinity."""
    figure = new_figure(width=5.2, height=4.8)
    (axes,) = axes_of(figure)
    top = longest_death(data)
    infinity = 1.12 * top
    axes.plot([0, infinity], [0, infinity], color=GREY, linewidth=0.8)
    axes.axhline(infinity, color=GREY, linestyle=":", linewidth=0.8)
    axes.annotate("never dies", (1.1 * top, infinity), va="bottom", ha="right", color=GREY)
    for diagram in data["diagrams"]:
        _draw_bars(axes, diagram, infinity)
    axes.set(xlabel=f"birth ({data['unit']})", ylabel=f"death ({data['unit']})")
    axes.set_title(data["title"], loc="left")
    axes.set_ylim(-0.03 * top, 1.2 * top)
    axes.set_xlim(-0.03 * top, 1.15 * top)
    axes.legend(loc="lower right")
    return figure


def _draw_bars(axes: Any, diagram: Data, infinity: float) -> None:
    dimension = diagram["dimension"]
    colour, marker = H_COLOURS[dimension], H_MARKERS[dimension]
    count = len(diagram["births"]) + len(diagram["essential"])
    label = f"H{dimension} ({count} bar{'' if count == 1 else 's'})"
    axes.scatter(
        diagram["births"], diagram["deaths"], s=28, alpha=0.75, c=colour, marker=marker,
        label=label, clip_on=False, zorder=3,
    )  # fmt: skip
    never = [infinity] * len(diagram["essential"])
    axes.scatter(
        diagram["essential"], never, s=34, c="none", edgecolors=colour, marker=marker, zorder=3
    )
