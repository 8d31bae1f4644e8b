"""What each arm gains or loses against another: the paired differences of one metric."""

from typing import Any

from matplotlib.figure import Figure

from tsloss_core.canvas import BLACK, BLUE, GREY, ORANGE, Data, axes_of, name_rows, new_figure
from tsloss_core.experiments.report import Difference, TaskResults
from tsloss_core.experiments.verdicts import UNITS, p_equals
from tsloss_core.spec.experiments import Metric

COLOURS = {"better": BLUE, "worse": ORANGE}
HOW = "square: mean over pairs; line: 95 % t interval; hollow: no difference shown"


def differences_data(results: TaskResults, metric: Metric) -> dict[str, Any] | None:
    """Return the paired differences, ready for `draw_differences`; None if nothing was paired."""
    unit, factor, _ = UNITS[metric]
    rows = [
        _row(each, factor)
        for each in results.differences
        if each.metric == metric and each.interval is not None
    ]
    if not rows:
        return None
    return {
        "title": f"Differences in {metric}, {results.task} with {results.model}",
        "x_label": f"difference in {metric} ({unit})",
        "rows": rows,
    }


def draw_differences(data: Data) -> Figure:
    """Draw a row per comparison: mean difference, its interval, the corrected p."""
    rows = data["rows"]
    figure = new_figure(width=7.6, height=1.4 + 0.34 * len(rows))
    (axes,) = axes_of(figure)
    axes.axvline(0, color=GREY, linewidth=0.8)
    for at, row in enumerate(rows):
        _draw_row(axes, at, row)
    names = [f"{row['arm']} - {row['against']}\n{p_equals(row['p'])}" for row in rows]
    name_rows(axes, names, fontsize=8)
    axes.set_xlabel(data["x_label"])
    axes.set_title(f"{data['title']}\n{HOW}", loc="left", fontsize=9)
    return figure


def _row(each: Difference, factor: float) -> dict[str, Any]:
    interval = each.interval
    if interval is None:
        raise ValueError("a row needs pairs")
    bounds = (interval.mean, interval.low, interval.high)
    mean, low, high = (None if bound is None else factor * bound for bound in bounds)
    return {
        "arm": each.arm, "against": each.against, "pairs": each.pairs, "finding": each.finding,
        "p": each.p, "mean": mean, "low": low, "high": high,
    }  # fmt: skip


def _draw_row(axes: Any, at: int, row: Data) -> None:
    colour = COLOURS.get(row["finding"], BLACK)
    if row["low"] is not None:
        axes.plot([row["low"], row["high"]], [at, at], color=colour, linewidth=1.6)
    inside = colour if row["finding"] in COLOURS else "white"
    axes.plot(row["mean"], at, "s", color=colour, markerfacecolor=inside, markersize=6)
