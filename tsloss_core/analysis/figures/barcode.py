"""The barcode: every bar from its birth to its death."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from tsloss_core.analysis.figures.diagram import longest_death
from tsloss_core.canvas import H_COLOURS, H_DASHES, Data, axes_of, new_figure


def draw_barcode(data: Data) -> Figure:
    """Draw a row per bar by dimension, birth and death; essential bars end in an arrow.

    `data` is that of `diagram_data`.
    """
    rows = sum(len(d["births"]) + len(d["essential"]) for d in data["diagrams"])
    figure = new_figure(width=6.4, height=min(9.0, 2.0 + 0.06 * rows))
    (axes,) = axes_of(figure)
    top = longest_death(data)
    row = 0
    for diagram in data["diagrams"]:
        row = _draw_bars(axes, diagram, row, top)
    axes.set(xlabel=data["unit"], ylabel="bar (number)", xlim=(0, 1.1 * top))
    axes.set_ylim(-1, max(row, 1))
    axes.set_title(data["title"], loc="left")
    axes.legend(loc="lower left", bbox_to_anchor=(1.0, 0.0))
    return figure


def _draw_bars(axes: Any, diagram: Data, row: int, top: float) -> int:
    """Draw the bars of a dimension from this row up; return the next free row."""
    dimension = diagram["dimension"]
    style = {"color": H_COLOURS[dimension], "linestyle": H_DASHES[dimension], "linewidth": 1.8}
    births, deaths = np.array(diagram["births"]), np.array(diagram["deaths"])
    order = np.lexsort((deaths, births))
    axes.hlines(row + np.arange(len(order)), births[order], deaths[order], **style)
    row += len(order)
    for birth in diagram["essential"]:
        arrow = {"arrowstyle": "->", **style}
        axes.annotate("", (1.08 * top, row), (birth, row), arrowprops=arrow)
        row += 1
    axes.plot([], [], label=f"H{dimension}", **style)
    return row
