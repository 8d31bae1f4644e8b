"""Correlations of structure with performance, each beside its controls."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from tsloss_core.analysis.performance import Performance
from tsloss_core.analysis.words import PERFORMANCES
from tsloss_core.canvas import BLACK, BLUE, GREY, Data, axes_of, name_rows, new_figure
from tsloss_core.measures import MEASURES


def relations_data(
    relations: Sequence[Mapping[str, Any]], performance: Performance
) -> dict[str, Any]:
    """Return what `relate` found, ready for `draw_relations`."""
    return {
        "title": f"Structure and {PERFORMANCES[performance.name]}",
        "x_label": "Spearman's rho (no unit, -1 to 1)",
        "rows": [{"label": MEASURES[row["measure"]], **row} for row in relations],
    }


def draw_relations(data: Data) -> Figure:
    """Draw a row per measure: rho, rho given the step with its interval, the null's range."""
    rows = data["rows"]
    figure = new_figure(width=7.6, height=1.9 + 0.42 * len(rows))
    (axes,) = axes_of(figure)
    axes.axvline(0, color=GREY, linewidth=0.8)
    for at, row in enumerate(rows):
        _draw_row(axes, at, row)
    _draw_legend(axes)
    names = [f"{row['label']}{' *' if row['survives'] else ''}" for row in rows]
    name_rows(axes, names)
    axes.set(xlabel=data["x_label"], xlim=(-1.05, 1.05))
    axes.set_title(f"{data['title']}\n* survives its controls", loc="left")
    return figure


def _draw_row(axes: Any, at: int, row: Mapping[str, Any]) -> None:
    null = (row["null"] or {}).get("partial_rho")
    if null is not None:
        axes.barh(
            at, null["high"] - null["low"], left=null["low"], height=0.5, color=GREY, alpha=0.25,
            hatch="///", edgecolor=BLACK, linewidth=0,
        )  # fmt: skip
    axes.plot(row["rho"], at, "o", markerfacecolor="white", color=BLACK, markersize=6)
    interval = row["partial_interval"]
    if interval is not None:
        axes.plot([interval["low"], interval["high"]], [at, at], color=BLUE, linewidth=1.8)
        axes.plot(row["partial_rho"], at, "s", color=BLUE, markersize=6)


def _draw_legend(axes: Any) -> None:
    axes.plot([], [], "o", markerfacecolor="white", color=BLACK, label="rho")
    axes.plot([], [], "-s", color=BLUE, label="rho given the step, 95 % block bootstrap")
    axes.barh(
        0, 0, color=GREY, alpha=0.25, hatch="///", edgecolor=BLACK, linewidth=0,
        label="the same of task-free null trajectories, 95 %",
    )  # fmt: skip
    axes.legend(loc="upper left", bbox_to_anchor=(0.0, -0.18), fontsize=8, ncols=1)
