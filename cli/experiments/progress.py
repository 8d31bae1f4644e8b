"""An experiment's progress as a bar; as lines where there is no terminal."""

import time
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

LINE_EVERY_PERCENT = 5.0


class ExperimentBar:
    """Shows how many jobs have ended, how many of them badly, and when the rest will have."""

    def __init__(self, console: Console, name: str) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:.0f} %  {task.fields[detail]}"),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task(name, total=100, detail="")
        self._name = name
        self._next_line = 0.0

    def __enter__(self) -> "ExperimentBar":
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def show(self, experiment: dict[str, Any]) -> None:
        """Show an experiment as the API returned it."""
        percent, detail = experiment["progress"]["percent"], _detail(experiment)
        self._progress.update(self._task, completed=percent, detail=detail)
        if not self._console.is_terminal and percent >= self._next_line:
            self._console.print(f"{self._name} {percent:.0f} %  {detail}")
            self._next_line = percent - percent % LINE_EVERY_PERCENT + LINE_EVERY_PERCENT


def _detail(experiment: dict[str, Any]) -> str:
    jobs = experiment["jobs"]
    detail = f"{jobs['succeeded']} of {jobs['planned']} runs"
    if jobs["failed"]:
        detail += f", {jobs['failed']} failed"
    finishes_at = experiment["progress"]["finishes_at"]
    if finishes_at is not None:
        detail += f", about {max(1, round((finishes_at - time.time()) / 60))} min left"
    return detail
