"""The report of an experiment as a page, and its figures."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from fastapi.responses import HTMLResponse
from markupsafe import Markup

from api.reports.page import inline_svg, render_page
from store.errors import NotFoundError
from tsloss_core.experiments import ExperimentReport, sections

if TYPE_CHECKING:
    from tsloss_core.canvas import Plot
    from tsloss_core.experiments.report import TaskResults

CAPTIONS = {
    "differences": "Paired differences",
    "accuracy_curves": "Accuracy during the runs",
    "loss_curves": "Loss during the runs",
    "convergence": "Steps to convergence",
}


def experiment_page(report: ExperimentReport) -> HTMLResponse:
    """Return the page of an experiment, as far as its jobs are."""
    figures = list(_drawn(report))
    return render_page("experiment.html", report=report, sections=sections(report), figures=figures)


def experiment_figure(
    report: ExperimentReport, name: str, format_: Literal["svg", "png", "json"]
) -> bytes:
    """Return one figure. Raises NotFoundError if there is none of this name."""
    plots = {plot.name: plot for _, plot in _plots(report)}
    if name not in plots:
        raise NotFoundError("figure", name)
    return plots[name].to_bytes(format_)


def _drawn(report: ExperimentReport) -> Iterator[tuple[str, Markup]]:
    for task, plot in _plots(report):
        caption = f"{CAPTIONS[plot.name.partition('-')[0]]}, {task.task} with {task.model}"
        yield caption, inline_svg(plot.to_bytes("svg"), plot.name, caption)


def _plots(report: ExperimentReport) -> "Iterator[tuple[TaskResults, Plot]]":
    # Matplotlib comes with the first figure and not with the API.
    from tsloss_core.experiments.figures import experiment_plots

    return experiment_plots(report.results)
