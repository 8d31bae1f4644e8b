"""Every figure that a report has data for."""

from collections.abc import Iterator

from tsloss_core.canvas import Plot
from tsloss_core.experiments.figures.convergence import convergence_data, draw_convergence
from tsloss_core.experiments.figures.curves import curves_data, draw_curves
from tsloss_core.experiments.figures.differences import differences_data, draw_differences
from tsloss_core.experiments.report import Results, TaskResults
from tsloss_core.spec.experiments import Metric


def experiment_plots(results: Results) -> Iterator[tuple[TaskResults, Plot]]:
    """Yield the figures of each task with each model; those of the second end in -2, and so on.

    They are called `differences`, `accuracy_curves`, `loss_curves` and, where iterations to
    convergence were counted, `convergence`.
    """
    for at, task in enumerate(results.tasks, start=1):
        for plot in _plots(task, results.primary, "" if at == 1 else f"-{at}"):
            yield task, plot


def _plots(task: TaskResults, primary: Metric, ending: str) -> Iterator[Plot]:
    differences = differences_data(task, primary)
    if differences is not None:
        yield Plot(f"differences{ending}", differences, draw_differences)
    yield Plot(f"accuracy_curves{ending}", curves_data(task, "accuracy"), draw_curves)
    yield Plot(f"loss_curves{ending}", curves_data(task, "loss"), draw_curves)
    convergence = convergence_data(task)
    if convergence is not None:
        yield Plot(f"convergence{ending}", convergence, draw_convergence)
