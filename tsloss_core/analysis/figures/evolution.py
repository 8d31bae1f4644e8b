"""How the structural measures evolve over the snapshots, the performance beside each."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from tsloss_core.analysis.evolution import Evolution
from tsloss_core.analysis.performance import Performance
from tsloss_core.analysis.trajectory import CloudAnalysis
from tsloss_core.canvas import (
    BLACK,
    GREY,
    H_COLOURS,
    H_MARKERS,
    Data,
    axes_of,
    new_figure,
)

MEASURES = {
    "count": "bars\n(count)",
    "mean_lifetime": "mean lifetime\n(distance)",
    "max_lifetime": "maximum lifetime\n(distance)",
    "persistent_entropy": "persistent entropy\n(nats)",
}
PERFORMANCES = {
    "full_valid_accuracy": "accuracy\n(share of rows)",
    "train_loss": "training loss\n(nats per token)",
}


def evolution_data(
    analyses: Sequence[CloudAnalysis], evolution: Evolution, performance: Performance | None
) -> dict[str, Any]:
    """Return the series of every measure over the snapshots, ready for `draw_evolution`."""
    columns = [_column(analyses, evolution, diagram.dimension) for diagram in analyses[0].diagrams]
    known = sorted(performance.values) if performance is not None else []
    return {
        "title": "Structural evolution of the prompt",
        "x_label": "step",
        "steps": list(evolution.steps),
        "columns": columns,
        "performance": {
            "label": PERFORMANCES[performance.name] if performance is not None else "performance",
            "steps": known,
            "values": [performance.values[step] for step in known] if performance else [],
        },
    }


def draw_evolution(data: Data) -> Figure:
    """Draw a column per dimension, a row per measure, and the performance under each column.

    A vertical line marks where the diagrams settle.
    """
    columns = data["columns"]
    rows = len(columns[0]["measures"]) + 1
    figure = new_figure(
        rows, len(columns), width=4.2 * len(columns), height=1.55 * rows, sharex=True
    )
    panels = axes_of(figure)
    for across, column in enumerate(columns):
        _draw_column(panels[across :: len(columns)], data, column)
    figure.suptitle(data["title"], x=0.01, ha="left")
    return figure


def _column(
    analyses: Sequence[CloudAnalysis], evolution: Evolution, dimension: int
) -> dict[str, Any]:
    name = f"h{dimension}"
    measures = [
        {"label": label, "values": [a.measures[name][measure] for a in analyses]}
        for measure, label in MEASURES.items()
    ]
    moved = [distances[f"bottleneck_{name}"] for distances in evolution.from_previous]
    measures.append({"label": "bottleneck distance\nfrom snapshot before", "values": moved})
    settled = [s.step for s in evolution.settling if s.settled and s.series.endswith(name)]
    return {
        "dimension": dimension,
        "measures": measures,
        "settles_at": settled[0] if settled else None,
    }


def _draw_column(panels: Sequence[Any], data: Data, column: Mapping[str, Any]) -> None:
    dimension = column["dimension"]
    style = {"color": H_COLOURS[dimension], "marker": H_MARKERS[dimension]}
    for axes, measure in zip(panels, column["measures"], strict=False):
        _draw_series(axes, data["steps"], measure["values"], **style)
        axes.set_ylabel(measure["label"], fontsize=8)
    performance = data["performance"]
    _draw_series(panels[-1], performance["steps"], performance["values"], color=BLACK, marker="D")
    panels[-1].set_ylabel(performance["label"], fontsize=8)
    panels[-1].set_xlabel(data["x_label"])
    if not performance["values"]:
        panels[-1].annotate("not measured", (0.5, 0.5), xycoords="axes fraction", ha="center")
    panels[0].set_title(f"H{dimension}", loc="left")
    if column["settles_at"] is not None:
        for axes in panels:
            axes.axvline(column["settles_at"], color=GREY, linestyle=":", linewidth=1)
        panels[0].set_title(f"H{dimension} (settles at the dotted line)", loc="left")


def _draw_series(axes: Any, steps: Sequence[int], values: Sequence[Any], **style: Any) -> None:
    known = [(step, value) for step, value in zip(steps, values, strict=True) if value is not None]
    size = 4 if len(known) <= 60 else 0
    xs, ys = [step for step, _ in known], [value for _, value in known]
    axes.plot(xs, ys, markersize=size, linewidth=1.2, **style)
    if len(set(ys)) == 1:
        axes.set_ylim(ys[0] - max(0.5, 0.05 * abs(ys[0])), ys[0] + max(0.5, 0.05 * abs(ys[0])))
    axes.tick_params(labelsize=8)
