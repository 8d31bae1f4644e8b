"""How many steps each arm took to converge."""

from typing import Any

from matplotlib.figure import Figure

from tsloss_core.canvas import BLACK, BLUE, Data, axes_of, name_rows, new_figure
from tsloss_core.experiments.report import ArmSummary, Convergence, TaskResults

HOW = "bar: mean, a run that did not converge counts with its limit; line: 95 % interval; dot: run"


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
    axes.barh(row, bar["mean"], height=0.6, color=BLUE, alpha=0.35, edgecolor=BLACK)
    reached = [steps for steps in bar["iterations"] if steps is not None]
    axes.plot(reached, [row] * len(reached), "o", color=BLACK, markersize=3.5)
    if bar["low"] is not None:
        axes.plot([max(bar["low"], 0.0), bar["high"]], [row, row], color=BLACK, linewidth=1.5)
