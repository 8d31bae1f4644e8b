"""The persistence diagram: birth against death of every bar."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from tsloss_core.analysis.figures.canvas import H_COLOURS, H_MARKERS, axes_of, new_figure
from tsloss_core.topology import Diagram


def draw_diagram(diagrams: Sequence[Diagram], title: str) -> Figure:
    """Draw the finite bars as points and the essential ones on a line at infinity."""
    figure = new_figure(width=5.0, height=4.8)
    (axes,) = axes_of(figure)
    top = max((float(d.deaths.max(initial=0.0)) for d in diagrams), default=0.0) or 1.0
    infinity = 1.1 * top
    axes.plot([0, infinity], [0, infinity], color="grey", linewidth=0.8)
    axes.axhline(infinity, color="grey", linestyle=":", linewidth=0.8)
    axes.annotate("never dies", (0.02 * top, infinity), va="bottom", color="grey", fontsize=8)
    for diagram in diagrams:
        colour, marker = H_COLOURS[diagram.dimension], H_MARKERS[diagram.dimension]
        count = len(diagram.births) + len(diagram.essential)
        label = f"H{diagram.dimension} ({count} bars)"
        axes.scatter(
            diagram.births, diagram.deaths, s=28, alpha=0.75, c=colour, marker=marker, label=label
        )
        never = [infinity] * len(diagram.essential)
        axes.scatter(diagram.essential, never, s=28, c="none", edgecolors=colour, marker=marker)
    axes.set(xlabel="birth (distance)", ylabel="death (distance)", title=title)
    axes.set_ylim(-0.03 * top, 1.18 * top)
    axes.legend(loc="lower right")
    return figure
