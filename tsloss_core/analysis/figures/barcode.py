"""The barcode: every bar from its birth to its death."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from tsloss_core.analysis.figures.canvas import H_COLOURS, axes_of, new_figure
from tsloss_core.topology import Diagram


def draw_barcode(diagrams: Sequence[Diagram], title: str) -> Figure:
    """Draw a row per bar by dimension, birth and death; essential bars end in an arrow."""
    figure = new_figure(width=6.4, height=4.8)
    (axes,) = axes_of(figure)
    top = max((float(d.deaths.max(initial=0.0)) for d in diagrams), default=0.0) or 1.0
    row = 0
    for diagram in diagrams:
        colour = H_COLOURS[diagram.dimension]
        order = np.lexsort((diagram.deaths, diagram.births))
        rows = row + np.arange(len(order))
        axes.hlines(rows, diagram.births[order], diagram.deaths[order], colour, linewidth=2)
        row += len(order)
        for birth in diagram.essential:
            axes.annotate(
                "", (1.08 * top, row), (birth, row),
                arrowprops={"arrowstyle": "->", "color": colour, "linewidth": 2},
            )  # fmt: skip
            row += 1
        label = f"H{diagram.dimension}"
        axes.plot([], [], color=colour, linewidth=2, label=label)
    axes.set(xlabel="distance", ylabel="bar", title=title, xlim=(0, 1.1 * top))
    axes.legend(loc="lower right")
    return figure
