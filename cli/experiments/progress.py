"""An experiment's progress as a bar; as lines where there is no terminal."""

import time

from rich.console import Console

from cli.progress import LiveBar
from tsloss_client import Experiment

LINE_EVERY_PERCENT = 5.0


class ExperimentBar(LiveBar):
    """Shows how many jobs have ended, how many of them badly, and when the rest will have."""

    def __init__(self, console: Console, name: str) -> None:
        after = "{task.percentage:.0f} %  {task.fields[detail]}"
        super().__init__(console, "{task.description}", after, name)
        self._name = name

    def show(self, experiment: Experiment) -> None:
        """Show where an experiment stands."""
        percent, detail = experiment.progress.percent or 0.0, _detail(experiment)
        self._progress.update(self._task, completed=percent, detail=detail)
        if not self._console.is_terminal and percent >= self._next_line:
            self._console.print(f"{self._name} {percent:.0f} %  {detail}")
            self._next_line = percent - percent % LINE_EVERY_PERCENT + LINE_EVERY_PERCENT


def _detail(experiment: Experiment) -> str:
    jobs = experiment.jobs
    detail = f"{jobs.succeeded} of {jobs.planned} runs"
    if jobs.failed:
        detail += f", {jobs.failed} failed"
    finishes_at = experiment.progress.finishes_at
    if finishes_at is not None:
        detail += f", about {max(1, round((finishes_at - time.time()) / 60))} min left"
    return detail
