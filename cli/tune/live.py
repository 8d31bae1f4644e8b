"""How a run gets on: a bar and a table that moves on a terminal, lines elsewhere."""

from collections import deque
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tsloss_core.tuning import Snapshot, StepMetrics

ROWS = 8
LINES = 10
"""Lines of progress over a whole run where there is no terminal."""
Row = tuple[str, ...]


class Display:
    """Shows the steps and the snapshots of one run on a console."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            TextColumn("{task.fields[speed]}"), TimeRemainingColumn(), console=console,
        )  # fmt: skip
        self._task = self._progress.add_task("starting", total=None, speed="")
        self._kept: deque[Row] = deque(maxlen=ROWS)
        self._last: StepMetrics | None = None
        self._accuracy: float | None = None
        self._live = Live(get_renderable=self._look, console=console, refresh_per_second=4)

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.console.is_terminal:
            self._live.stop()

    def phase(self, name: str) -> None:
        """Say what is done now."""
        self._progress.update(self._task, description=name)
        self.say(f"{name} ...", on_terminal=False)

    def say(self, line: str, on_terminal: bool = True) -> None:
        """Print a line that stays."""
        if on_terminal or not self.console.is_terminal:
            self.console.print(line, markup=False, soft_wrap=True)

    def step(self, metrics: StepMetrics) -> None:
        """Show a step."""
        self._last = metrics
        speed = f"{1 / metrics.seconds:.2f} steps/s" if metrics.seconds > 0 else ""
        self._progress.update(
            self._task, completed=metrics.step, total=metrics.of, speed=speed,
            description=f"epoch {metrics.epoch}",
        )  # fmt: skip
        if metrics.step % max(1, metrics.of // LINES) == 0 or metrics.step == metrics.of:
            self.say(_line(metrics), on_terminal=False)

    def snapshot(self, snapshot: Snapshot) -> None:
        """Keep the row of a step at which a snapshot was taken."""
        if snapshot.validation is not None:
            self._accuracy = snapshot.validation.accuracy
            told = f"step {snapshot.step}: validation accuracy {self._accuracy:.3f}"
            self.say(told, on_terminal=False)
        if self._last is not None and self._last.step == snapshot.step:
            self._kept.append(self._row(self._last))

    def _look(self) -> Group:
        if self._last is None:
            return Group(self._progress)
        terms = list(self._last.terms)
        table = Table("step", "loss", *terms, "gradient ratio", "validation accuracy", box=None)
        now = self._row(self._last)
        for row in self._kept:
            if row[0] != now[0]:
                table.add_row(*row, style="dim")
        table.add_row(*now)
        return Group(self._progress, table)

    def _row(self, metrics: StepMetrics) -> Row:
        accuracy = "-" if self._accuracy is None else f"{self._accuracy:.3f}"
        terms = (f"{term:.4g}" for term in metrics.terms.values())
        ratio = f"{metrics.gradient_ratio:.2e}"
        return str(metrics.step), f"{metrics.loss:.4f}", *terms, ratio, accuracy


def _line(metrics: StepMetrics) -> str:
    terms = "".join(f", {name} {term:.4g}" for name, term in metrics.terms.items())
    return (
        f"step {metrics.step} of {metrics.of}: loss {metrics.loss:.4f}{terms}, "
        f"gradient ratio {metrics.gradient_ratio:.2e}"
    )
