"""How many steps each arm took to converge."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure

from tsloss_core.canvas import BLACK, BLUE, Data, axes_of, name_rows, new_figure
from tsloss_core.experiments.report import ArmSummary, Convergence, TaskResults

HOW = (
    "bar: mean, a run that did not converge counts with its limit; line: 95 % interval;\n"
    "dot: run that converged, those of the same steps above each other"
)
BAR_HEIGHT, DOT_APART = 0.6, 0.1


def convergence_data(results: TaskResults) -> dict[str, Any] | None:
    """Return the bars of each arm, ready for `draw_convergence`; None if nothing was counted."""
    bars = [_bar(arm, arm.convergence) for arm in results.arms if arm.convergence is not None]
    if not bars:
        return None
    return {
        "title": f"Steps to convergence, {results.task} with {results.model}",
        "x_label": "steps until the training rows reach stop_at_accuracy",
        "bars": bars,
    }


def draw_convergence(data: Data) -> Figure:
    """Draw a bar per arm with its interval, a dot per run, and how many converged."""
    bars = data["bars"]
    figure = new_figure(width=7.6, height=1.6 + 0.5 * len(bars))
    (axes,) = axes_of(figure)
    for row, bar in enumerate(bars):
        _draw_bar(axes, row, bar)
    names = [f"{bar['name']}\n{bar['converged']} of {bar['runs']} converged" for bar in bars]
    name_rows(axes, names, fontsize=8)
    axes.set_xlim(left=0)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(data["x_label"])
    axes.set_title(f"{data['title']}\n{HOW}", loc="left", fontsize=9)
    return figure


def _bar(arm: ArmSummary, reached: Convergence) -> dict[str, Any]:
    mean = reached.mean_up_to_limit
    return {
        "name": arm.arm,
        "runs": reached.runs,
        "converged": reached.converged,
        "iterations": list(reached.iterations),
        "mean": mean.mean,
        "low": mean.low,
        "high": mean.high,
    }


def _draw_bar(axes: Any, row: int, bar: Data) -> None:
    axes.barh(row, bar["mean"], height=BAR_HEIGHT, color=BLUE, alpha=0.35, edgecolor=BLACK)
    reached = [steps for steps in bar["iterations"] if steps is not None]
    heights = [row + offset for offset in _stacked(reached)]
    axes.plot(reached, heights, "o", color=BLACK, markersize=3.0)
    if bar["low"] is not None:
        axes.plot([max(bar["low"], 0.0), bar["high"]], [row, row], color=BLACK, linewidth=1.5)


def _stacked(reached: Sequence[int]) -> list[float]:
    """How far from a bar's middle each run's dot is, so that none hides another."""
    counts, met = Counter(reached), Counter[int]()
    offsets = []
    for steps in reached:
        apart = min(DOT_APART, BAR_HEIGHT / counts[steps])
        offsets.append((met[steps] - (counts[steps] - 1) / 2) * apart)
        met[steps] += 1
    return offsets
