"""How many steps each setting took to converge."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from tsloss_core.analysis.figures.canvas import BLACK, SERIES, Data, axes_of, new_figure
from tsloss_core.analysis.figures.learning_curves import interval_of_mean


def convergence_data(
    runs: Mapping[str, Sequence[float | None]],
    *,
    title: str = "Steps to convergence",
    unit: str = "steps until every training row is answered correctly",
    level: float = 0.95,
) -> dict[str, Any]:
    """Return the bars of each setting, ready for `draw_convergence`.

    `runs` maps a setting's name to one number per seed, None for a run that did not converge.
    Mean and interval (Student t, two-sided at `level`) are of the runs that converged alone, so
    that a bar is to be read together with how many those are.
    """
    return {
        "title": title,
        "x_label": unit,
        "level": level,
        "bars": [_bar(name, values, level) for name, values in runs.items()],
    }


def draw_convergence(data: Data) -> Figure:
    """Draw a bar per setting with its interval, a dot per seed, and how many converged."""
    bars = data["bars"]
    figure = new_figure(width=7.2, height=1.6 + 0.55 * max(1, len(bars)))
    (axes,) = axes_of(figure)
    for row, bar in enumerate(bars):
        _draw_bar(axes, row, bar)
    names = [f"{bar['name']}\n{len(bar['values'])} of {bar['seeds']} converged" for bar in bars]
    axes.set_yticks(range(len(bars)), names)
    axes.set_ylim(len(bars) - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(data["x_label"])
    whisker = (
        f"bar: mean of those that converged; line: {data['level']:.0%} t interval; dot: a seed"
    )
    axes.set_title(f"{data['title']}\n{whisker}", loc="left")
    return figure


def _bar(name: str, values: Sequence[float | None], level: float) -> dict[str, Any]:
    converged = np.array([value for value in values if value is not None], dtype=np.float64)
    interval = interval_of_mean(converged, level)
    return {
        "name": name,
        "seeds": len(values),
        "values": converged.tolist(),
        "mean": float(converged.mean()) if len(converged) else None,
        "low": interval[0] if interval else None,
        "high": interval[1] if interval else None,
    }


def _draw_bar(axes: Any, row: int, bar: Data) -> None:
    if bar["mean"] is None:
        axes.annotate(
            "none converged", (4, row), xycoords=("axes points", "data"), va="center", fontsize=9
        )
        return
    colour, _, _, hatching = SERIES[row % len(SERIES)]
    axes.barh(
        row, bar["mean"], height=0.6, color=colour, alpha=0.35, hatch=hatching, edgecolor=BLACK
    )
    axes.plot(bar["values"], [row] * len(bar["values"]), "o", color=BLACK, markersize=3.5)
    if bar["low"] is not None:
        axes.plot([max(bar["low"], 0.0), bar["high"]], [row, row], color=BLACK, linewidth=1.5)
