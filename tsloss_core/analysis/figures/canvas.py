"""What all figures share: colours that everyone tells apart, and how a figure becomes bytes."""

import io
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Format = Literal["svg", "png"]
FORMATS: tuple[Format, ...] = ("svg", "png")

BLUE, ORANGE, GREEN, PURPLE, BLACK = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000"
"""Okabe and Ito's colours, which colour-blind readers tell apart; lines also differ in dashes."""

H_COLOURS = {0: BLUE, 1: ORANGE, 2: GREEN}
H_MARKERS = {0: "o", 1: "^", 2: "s"}

STYLE: Any = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "svg.hashsalt": "tsloss",
    "figure.constrained_layout.use": True,
}


def new_figure(rows: int = 1, columns: int = 1, width: float = 6.4, height: float = 4.0) -> Figure:
    """Return a figure with a grid of axes, apart from pyplot's global state."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        figure.subplots(rows, columns, squeeze=False)
    return figure


def axes_of(figure: Figure) -> list[Axes]:
    """Return the axes, row by row, with a light grid and no box."""
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.25)
    return list(figure.axes)


def to_bytes(figure: Figure, format_: Format) -> bytes:
    """Return a figure as SVG or PNG (150 dpi); the same figure gives the same bytes."""
    buffer = io.BytesIO()
    with mpl.rc_context(STYLE):
        undated = {"svg": {"Date": None}, "png": {"Software": None}}[format_]
        figure.savefig(buffer, format=format_, dpi=150, metadata=undated)
    return buffer.getvalue()
