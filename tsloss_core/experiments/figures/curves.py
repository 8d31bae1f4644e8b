"""Learning curves over independent seeds: a panel per arm, the plain arm behind each."""

from math import ceil
from typing import Any, Literal

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from tsloss_core.canvas import BLUE, GREY, Data, axes_of, new_figure
from tsloss_core.experiments.report import Curve, CurvePoint, TaskResults

Measured = Literal["accuracy", "loss"]

UNITS: dict[Measured, str] = {
    "accuracy": "accuracy (share of rows)",
    "loss": "loss (nats per token)",
}
COLUMNS = 3
BAND = "line: mean over seeds; band: 95 % t interval of the mean"


def curves_data(results: TaskResults, measured: Measured) -> dict[str, Any]:
    """Return mean and interval of each arm at every graded step, ready for `draw_curves`."""
    return {
        "title": f"Learning curves, {results.task} with {results.model}",
        "x_label": "step",
        "y_label": UNITS[measured],
        "series": [_series(curve, measured) for curve in results.curves if curve.points],
    }


def draw_curves(data: Data) -> Figure:
    """Draw a panel per arm; the first arm stands in grey behind the others."""
    series = data["series"]
    first, *others = series or [_NOTHING]
    panels = others or [first]
    rows = ceil(len(panels) / COLUMNS)
    columns = min(COLUMNS, len(panels))
    size = {"width": 1.2 + 2.4 * columns, "height": 1.1 + 2.1 * rows}
    figure = new_figure(rows, columns, sharex=True, sharey=True, **size)
    for axes, panel in zip(axes_of(figure), panels, strict=False):
        if panel is not first:
            _draw(axes, first, GREY, "--")
        _draw(axes, panel, BLUE, "-")
        axes.legend(loc="best", fontsize=8)
    for spare in figure.axes[len(panels) :]:
        spare.set_visible(False)
    for lowest in figure.axes[: len(panels)][-columns:]:
        lowest.tick_params(labelbottom=True)
    figure.supxlabel(data["x_label"], fontsize=10)
    figure.supylabel(data["y_label"], fontsize=10)
    figure.suptitle(f"{data['title']}\n{BAND}", fontsize=10)
    return figure


_NOTHING = {"name": "no run was graded", "seeds": 0, "steps": [], "mean": [], "low": [], "high": []}


def _series(curve: Curve, measured: Measured) -> dict[str, Any]:
    intervals = [_interval(point, measured) for point in curve.points]
    return {
        "name": curve.arm,
        "seeds": max(interval.n for interval in intervals),
        "steps": [point.step for point in curve.points],
        "mean": [interval.mean for interval in intervals],
        "low": [interval.low for interval in intervals],
        "high": [interval.high for interval in intervals],
    }


def _interval(point: CurvePoint, measured: Measured) -> Any:
    return point.accuracy if measured == "accuracy" else point.loss


def _draw(axes: Any, series: Data, colour: str, dashes: str) -> None:
    seeds = series["seeds"]
    label = f"{series['name']} ({seeds} seed{'' if seeds == 1 else 's'})"
    look = {"color": colour, "linestyle": dashes, "marker": "o", "markersize": 3}
    axes.plot(series["steps"], series["mean"], label=label, **look)
    low, high = _floats(series["low"]), _floats(series["high"])
    axes.fill_between(series["steps"], low, high, color=colour, alpha=0.18, linewidth=0)


def _floats(values: list[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
