"""Learning curves of several settings, each over independent seeds."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from tsloss_core.analysis.figures.canvas import SERIES, Data, axes_of, new_figure

ACCURACY = "accuracy (share of rows)"


def learning_curves_data(
    steps: ArrayLike,
    runs: Mapping[str, ArrayLike],
    *,
    title: str = "Learning curves",
    unit: str = ACCURACY,
    level: float = 0.95,
) -> dict[str, Any]:
    """Return mean and band of each setting, ready for `draw_learning_curves`.

    `steps` is (s,), the steps at which runs were graded, ascending. `runs` maps a setting's name
    to a float array of shape (seeds, s); NaN marks what was not measured. The band is the
    two-sided Student t interval of the mean over seeds at `level`; with fewer than two seeds
    measured at a step it is None there. `unit` labels the vertical axis. Raises ValueError for an
    array that does not fit `steps`.
    """
    at = np.asarray(steps, dtype=np.float64)
    return {
        "title": title,
        "x_label": "step",
        "y_label": unit,
        "level": level,
        "steps": at.tolist(),
        "series": [
            {"name": name, **_mean_and_band(_checked(name, values, len(at)), level)}
            for name, values in runs.items()
        ],
    }


def draw_learning_curves(data: Data) -> Figure:
    """Draw a line per setting and the band of its mean."""
    figure = new_figure(width=7.2, height=4.4)
    (axes,) = axes_of(figure)
    steps = np.array(data["steps"])
    for series, (colour, dashes, marker, _) in zip(data["series"], _styles(data), strict=True):
        mean, low, high = (_floats(series[part]) for part in ("mean", "low", "high"))
        seeds = series["seeds"]
        label = f"{series['name']} ({seeds} seed{'' if seeds == 1 else 's'})"
        axes.plot(
            steps, mean, color=colour, linestyle=dashes, marker=marker, markersize=4, label=label
        )
        axes.fill_between(steps, low, high, color=colour, alpha=0.15, linewidth=0)
    band = f"line: mean; band: {data['level']:.0%} t interval of the mean over seeds"
    axes.set(xlabel=data["x_label"], ylabel=data["y_label"])
    axes.set_title(f"{data['title']}\n{band}", loc="left")
    if data["series"]:
        axes.legend(loc="best")
    return figure


def _checked(name: str, values: ArrayLike, steps: int) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != steps:
        raise ValueError(f"{name}: runs must have shape (seeds, {steps}), not {array.shape}")
    return array


def _mean_and_band(runs: NDArray[np.float64], level: float) -> dict[str, Any]:
    columns = [column[np.isfinite(column)] for column in runs.T]
    bands = [interval_of_mean(column, level) for column in columns]
    return {
        "seeds": len(runs),
        "mean": [float(column.mean()) if len(column) else None for column in columns],
        "low": [band[0] if band else None for band in bands],
        "high": [band[1] if band else None for band in bands],
    }


def interval_of_mean(values: NDArray[np.float64], level: float) -> tuple[float, float] | None:
    """Return the Student t interval of the mean of (m,) finite values; None for m < 2."""
    if len(values) < 2:
        return None
    error = float(values.std(ddof=1)) / len(values) ** 0.5
    half = float(stats.t.ppf((1 + level) / 2, len(values) - 1)) * error
    return float(values.mean()) - half, float(values.mean()) + half


def _styles(data: Data) -> list[Any]:
    return [SERIES[i % len(SERIES)] for i in range(len(data["series"]))]


def _floats(values: list[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
