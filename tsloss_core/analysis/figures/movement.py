"""How the tokens move: norms, cosines, displacement, and their distance to the vocabulary."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from tsloss_core.analysis.trajectory import CloudAnalysis
from tsloss_core.canvas import SERIES, Data, axes_of, new_figure

PANELS = {
    "token norm\n(embedding units)": ("min_norm", "mean_norm", "max_norm"),
    "cosine between tokens\n(no unit)": ("min_cosine", "mean_cosine", "max_cosine"),
    "movement\n(embedding units)": ("mean_displacement", "mean_drift"),
}
NAMES = {
    "min_norm": "least", "mean_norm": "mean", "max_norm": "greatest",
    "min_cosine": "least", "mean_cosine": "mean", "max_cosine": "greatest",
    "mean_displacement": "from the one before", "mean_drift": "from the first",
}  # fmt: skip


def movement_data(
    analyses: Sequence[CloudAnalysis], vocabulary: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the geometric measures over the snapshots, ready for `draw_movement`.

    `vocabulary` is what `vocabulary_evolution` returns.
    """
    panels = [
        {
            "label": label,
            "series": [
                {"name": NAMES[field], "values": [a.measures["geometry"][field] for a in analyses]}
                for field in fields
            ],
        }
        for label, fields in PANELS.items()
    ]
    if vocabulary is not None:
        panels += _vocabulary_panels(vocabulary)
    steps = [analysis.step for analysis in analyses]
    return {"title": "Tokens over the run", "x_label": "step", "steps": steps, "panels": panels}


def draw_movement(data: Data) -> Figure:
    """Draw a panel per group of measures."""
    count = len(data["panels"])
    rows = (count + 1) // 2
    figure = new_figure(rows, 2, width=8.4, height=2.8 * rows + 0.3, sharex=True)
    panels = axes_of(figure)
    for axes, panel in zip(panels, data["panels"], strict=False):
        for series, (colour, dashes) in zip(panel["series"], SERIES, strict=False):
            values = [float("nan") if v is None else v for v in series["values"]]
            axes.plot(data["steps"], values, color=colour, linestyle=dashes, label=series["name"])
        axes.set_ylabel(panel["label"])
        if len(panel["series"]) > 1:
            axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, fontsize=8)
        axes.tick_params(labelbottom=True)
    for axes in panels[count:]:
        axes.set_visible(False)
    for axes in panels[max(0, count - 2) : count]:
        axes.set_xlabel(data["x_label"])
    figure.suptitle(data["title"], x=0.01, ha="left")
    return figure


def _vocabulary_panels(vocabulary: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "label": "distance to the nearest word\n(embedding units)",
            "series": [{"name": "mean", "values": vocabulary["mean_distance"]}],
        },
        {
            "label": "nearest word is another than\nbefore (share of tokens)",
            "series": [
                {"name": "since the snapshot before", "values": vocabulary["changed"]},
            ],
        },
    ]
