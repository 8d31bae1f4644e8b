"""The loss curves of a run."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from tsloss_core.analysis.figures.canvas import BLACK, BLUE, GREEN, ORANGE, axes_of, new_figure


def draw_loss(steps: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw cross-entropy above, and the regulariser with its terms and gradient ratio below.

    Each of `steps` has step, loss, regularizer, terms and gradient_ratio.
    """
    figure = new_figure(rows=2, width=6.4, height=6.0)
    above, below = axes_of(figure)
    numbers = [step["step"] for step in steps]
    above.plot(numbers, [step["loss"] for step in steps], color=BLACK, label="cross-entropy")
    above.set(ylabel="nats per answer token", title="Loss over the steps")
    above.legend()
    _draw_terms(below, numbers, steps)
    below.set(xlabel="step", ylabel="value (log scale)", title="Regulariser")
    return figure


def _draw_terms(axes: Any, numbers: list[int], steps: Sequence[Mapping[str, Any]]) -> None:
    names = list(steps[0]["terms"]) if steps else []
    curves = {"weighted total": [step["regularizer"] for step in steps]}
    curves |= {f"term {name}": [step["terms"][name] for step in steps] for name in names}
    curves["gradient ratio"] = [step["gradient_ratio"] for step in steps]
    styles = zip((BLACK, BLUE, ORANGE, GREEN), ("-", "--", "-.", ":"), strict=True)
    drawn = {name: values for name, values in curves.items() if any(v > 0 for v in values)}
    for (name, values), (colour, dashes) in zip(drawn.items(), styles, strict=False):
        axes.plot(numbers, values, color=colour, linestyle=dashes, label=name)
    if drawn:
        axes.set_yscale("log")
        axes.legend()
