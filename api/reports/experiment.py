"""The report of an experiment as a page, and its figures."""

from collections.abc import Iterator
from typing import Literal

from fastapi.responses import HTMLResponse
from markupsafe import Markup

from api.reports.page import inline_svg, render_page
from store.errors import NotFoundError
from tsloss_core.experiments import ExperimentReport, sections

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
    from tsloss_core.experiments.figures import experiment_plots

    plots = {plot.name: plot for _, plot in experiment_plots(report.results)}
    if name not in plots:
        raise NotFoundError("figure", name)
    return plots[name].to_bytes(format_)


def _drawn(report: ExperimentReport) -> Iterator[tuple[str, Markup]]:
    from tsloss_core.experiments.figures import experiment_plots

    for task, plot in experiment_plots(report.results):
        caption = f"{CAPTIONS[plot.name.partition('-')[0]]}, {task.task} with {task.model}"
        yield caption, inline_svg(plot.to_bytes("svg"), plot.name, caption)
