"""What all figures share: colours that everyone tells apart, and how a figure becomes bytes."""

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

Format = Literal["svg", "png", "json"]
FORMATS: tuple[Format, ...] = ("svg", "png", "json")

Data = Mapping[str, Any]
"""What a figure shows, as JSON holds it: no NaN, no infinity, missing values are None."""

BLUE, ORANGE, GREEN, PURPLE, BLACK = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000"
"""Okabe and Ito's colours, which colour-blind readers tell apart; lines also differ in dashes."""

GREY = "#767676"
H_COLOURS = {0: BLUE, 1: ORANGE, 2: GREEN}
H_MARKERS = {0: "o", 1: "^", 2: "s"}
H_DASHES = {0: "-", 1: "--", 2: ":"}

SERIES = (
    (BLUE, "-"),
    (ORANGE, "--"),
    (GREEN, "-."),
    (PURPLE, ":"),
    (BLACK, (0, (5, 1, 1, 1, 1, 1))),
    (GREY, (0, (1, 3))),
)
"""Colour and dashes of each series, so that none needs its colour to be read."""

STYLE: Any = {
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
    "svg.hashsalt": "tsloss",
    "figure.constrained_layout.use": True,
}

_ONE_AT_A_TIME = Lock()
"""Matplotlib's settings are the process's: threads that draw take turns with them."""


@dataclass(frozen=True)
class Plot:
    """A named figure: what it shows, and the function that draws exactly that."""

    name: str
    data: Data
    draw: Callable[[Data], Figure]

    def render(self) -> Iterator[tuple[str, Format, bytes]]:
        """Yield the name, a format and the bytes, for every format."""
        figure = self.draw(self.data)
        for format_ in FORMATS:
            drawn = self._to_json() if format_ == "json" else to_bytes(figure, format_)
            yield self.name, format_, drawn
            # The layout was found by the first drawing; it is not sought again for the next.
            figure.set_layout_engine("none")

    def to_bytes(self, format_: Format) -> bytes:
        """Return the bytes of one format."""
        return self._to_json() if format_ == "json" else to_bytes(self.draw(self.data), format_)

    def _to_json(self) -> bytes:
        return json.dumps(self.data, allow_nan=False).encode()


def new_figure(
    rows: int = 1, columns: int = 1, width: float = 6.4, height: float = 4.0, **grid: Any
) -> Figure:
    """Return a figure with a grid of axes, apart from pyplot's global state.

    `grid` is passed to `Figure.subplots`: sharex, sharey, width_ratios.
    """
    with _styled():
        figure = Figure(figsize=(width, height), layout="constrained")
        figure.subplots(rows, columns, squeeze=False, **grid)
    return figure


def axes_of(figure: Figure) -> list[Axes]:
    """Return the axes, row by row, with a light grid and no box."""
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.25)
    return list(figure.axes)


def name_rows(axes: Axes, names: Sequence[str], **look: Any) -> None:
    """Name what is drawn at 0, 1, ... and let these rows follow each other downwards."""
    axes.set_yticks(range(len(names)), names, **look)
    axes.set_ylim(len(names) - 0.4, -0.6)


def to_bytes(figure: Figure, format_: Literal["svg", "png"]) -> bytes:
    """Return a figure as SVG or PNG (150 dpi); the same figure gives the same bytes."""
    buffer = io.BytesIO()
    # The canvas alone: `Figure.savefig` draws everything twice.
    with _styled():
        if format_ == "svg":
            FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None})  # type: ignore[no-untyped-call]
        else:
            figure.set_dpi(150)
            FigureCanvasAgg(figure).print_png(buffer, metadata={"Software": None})  # type: ignore[no-untyped-call]
    return buffer.getvalue()


@contextmanager
def _styled() -> Iterator[None]:
    with _ONE_AT_A_TIME, mpl.rc_context(STYLE):
        yield
