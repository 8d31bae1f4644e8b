"""The loss curves of a run."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from tsloss_core.canvas import BLACK, SERIES, Data, axes_of, new_figure


def loss_data(steps: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the curves of measured steps, ready for `draw_loss`.

    Each of `steps` has step, loss, regularizer, terms and gradient_ratio, as `StepMetrics` has.
    """
    names = list(steps[0]["terms"]) if steps else []
    curves = {"weighted total": [step["regularizer"] for step in steps]}
    curves |= {f"term {name}": [step["terms"][name] for step in steps] for name in names}
    curves["gradient ratio to cross-entropy"] = [step["gradient_ratio"] for step in steps]
    return {
        "title": "Loss over the steps",
        "x_label": "step",
        "steps": [step["step"] for step in steps],
        "cross_entropy": [step["loss"] for step in steps],
        "regularizer": curves,
    }


def draw_loss(data: Data) -> Figure:
    """Draw cross-entropy, and below it what the regulariser adds; without one, no second panel."""
    curves = {
        name: values
        for name, values in data["regularizer"].items()
        if any(value > 0 for value in values)
    }
    rows = 2 if curves else 1
    figure = new_figure(rows=rows, width=6.4, height=3.2 * rows, sharex=True)
    panels = axes_of(figure)
    panels[0].plot(data["steps"], data["cross_entropy"], color=BLACK, linewidth=1)
    panels[0].set(ylabel="cross-entropy\n(nats per answer token)")
    panels[0].set_title(data["title"], loc="left")
    if curves:
        _draw_regularizer(panels[1], data["steps"], curves)
    panels[-1].set_xlabel(data["x_label"])
    return figure


def _draw_regularizer(axes: Any, steps: list[int], curves: Mapping[str, list[float]]) -> None:
    for i, (name, values) in enumerate(curves.items()):
        colour, dashes = SERIES[i % len(SERIES)]
        axes.plot(steps, values, color=colour, linestyle=dashes, linewidth=1, label=name)
    axes.set_yscale("log")
    axes.set_ylabel("regulariser\n(loss or ratio, log scale)")
    axes.set_title("Regulariser", loc="left")
    axes.legend(loc="best", fontsize=8)
