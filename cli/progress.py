"""Progress as a bar; as lines where there is no terminal."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from tsloss_client import Progress as JobProgress

LINE_EVERY_PERCENT = 20.0


class LiveBar:
    """A bar of percents between two texts, drawn while its context lasts."""

    def __init__(self, console: Console, before: str, after: str, name: str) -> None:
        self._console = console
        self._progress = Progress(
            TextColumn(before),
            BarColumn(),
            TextColumn(after),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task(name, total=100, detail="")
        self._next_line = 0.0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()


class Bar(LiveBar):
    """Shows the state, the step and the speed of one job after the other look."""

    def __init__(self, console: Console) -> None:
        super().__init__(console, "{task.description:<30}", "{task.fields[detail]}", "queued")
        self._last = ""

    def show(self, status: str, now: "JobProgress | None") -> None:
        """Show where a job stands, in the words of the service."""
        done = status == "succeeded"
        phase = now.phase if now and now.phase and not done else ""
        percent = 100.0 if done else (now.percent or 0.0) if now else 0.0
        what, detail = f"{status} {phase}".strip(), _detail(now)
        self._progress.update(self._task, completed=percent, description=what, detail=detail)
        self._line(what, percent, detail)

    def _line(self, what: str, percent: float, detail: str) -> None:
        """Without a terminal: a line at each new state and at each further fifth."""
        if self._console.is_terminal or (what == self._last and percent < self._next_line):
            return
        self._console.print(f"{what} {percent:.0f} % {detail}".rstrip())
        self._last, self._next_line = what, percent + LINE_EVERY_PERCENT


def _detail(now: "JobProgress | None") -> str:
    if now is None or not now.of:
        return ""
    speed = f", {now.steps_per_second:.2f} steps/s" if now.steps_per_second else ""
    return f"step {now.step} of {now.of}{speed}"
