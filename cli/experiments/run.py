"""Runs presets one after the other, or goes on with them, and writes what came out."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter
from rich.console import Console

from cli.errors import BrokenOffError
from cli.experiments import continuing
from cli.experiments.changes import changed_settings
from cli.experiments.continuing import Json
from cli.experiments.progress import ExperimentBar
from cli.experiments.request import PLAIN_ARM, PresetRun
from cli.experiments.results import read_results
from cli.experiments.tasks import TaskRows
from cli.experiments.write import command_results, write_results
from cli.service.reaching import reached_service
from tsloss_client import Client, Experiment, UnreachableError
from tsloss_client.waiting import looks
from tsloss_core.experiments import ExperimentReport

POLL_SECONDS = 1.0
ANALYSIS_SECONDS = 120.0
"""Analyses follow the runs; after so long without a further one the report goes without."""
CALL_SECONDS = 300.0
"""A report of a thousand runs takes its time."""

_REPORT: TypeAdapter[ExperimentReport] = TypeAdapter(ExperimentReport)

console = Console(stderr=True, highlight=False)


def run_presets(
    wanted: Sequence[PresetRun], out: Path, data_dir: Path, port: int | None
) -> list[ExperimentReport]:
    """Run every preset to its end and return the reports; write into `out` after each of them.

    What earlier commands have reported there of other experiments stays. Raises WrongInputError if
    it cannot be read, ServiceFailedError if the service ends by itself, BrokenOffError at Ctrl-C,
    and what a client's calls raise.
    """
    earlier = read_results(out)
    try:
        with reached_service(data_dir, port, console, CALL_SECONDS) as service:
            runner = Runner(service.client, service.check)
            reports: list[ExperimentReport] = []
            for done, each in enumerate(wanted, start=1):
                reports += runner.run(each)
                newest = command_results(wanted[:done], reports, runner.changed)
                paths = write_results(out, earlier.updated(newest), each.tasks())
    except KeyboardInterrupt:
        raise BrokenOffError("Stopped. The same command goes on from here.") from None
    for path in paths:
        console.print(f"Wrote {path}", soft_wrap=True)
    return reports


class Runner:
    """Runs presets on a service. `check` is asked while waiting and raises if it has ended.

    `changed` are the settings of each experiment that its preset would not have now, by its id.
    """

    def __init__(self, client: Client, check: Callable[[], None]) -> None:
        self._client = client
        self._check = check
        self.changed: dict[str, list[str]] = {}

    def run(self, wanted: PresetRun) -> list[ExperimentReport]:
        """Run a preset, or what is left of it; return its report, after that of its source."""
        rows = wanted.tasks()
        if wanted.transfers:
            return self._transfer(wanted, rows)
        return [self._compare(wanted.body(_named(rows)), rows)]

    def _transfer(self, wanted: PresetRun, rows: list[TaskRows]) -> list[ExperimentReport]:
        """Tune prompts on the first task, then start from them on the others, if all are there."""
        first, *others = rows
        source = {"type": "experiment", "id": "exp-x", "task": first.name, "arm": PLAIN_ARM}
        seeds = wanted.body(_named(others), source)["seeds"]
        tuned = self._compare(wanted.source_body(_named([first])[0], seeds), [first])
        if tuned.results.missing_runs:
            return [tuned]
        body = wanted.body(_named(others), source | {"id": tuned.id})
        return [tuned, self._compare(body, others)]

    def _compare(self, body: Json, rows: list[TaskRows]) -> ExperimentReport:
        report = self._report(self._finish(body, rows))
        self.changed[report.id] = changed_settings(body, report.settings)
        return report

    def _finish(self, body: Json, rows: list[TaskRows]) -> Experiment:
        mark = continuing.fingerprint(body, rows)
        experiment = continuing.find(self._client, mark)
        if experiment is None:
            return self._follow(continuing.begin(self._client, body, rows, mark))
        console.print(f"Going on with {experiment.id}")
        return self._follow(continuing.go_on(self._client, experiment, body["seeds"]))

    def _report(self, experiment: Experiment) -> ExperimentReport:
        """Return the report once the runs' analyses are there, or no more of them come."""
        analysed, until = -1, 0.0
        for report in looks(partial(self._read, experiment), POLL_SECONDS):
            self._check()
            now = report.results.analysed_runs
            if now > analysed:
                analysed, until = now, time.monotonic() + ANALYSIS_SECONDS
            if now >= report.results.succeeded_runs or time.monotonic() > until:
                break
        return report

    def _read(self, experiment: Experiment) -> ExperimentReport:
        return _REPORT.validate_python(self._client.experiments.report(experiment.id))

    def _follow(self, experiment: Experiment) -> Experiment:
        try:
            with ExperimentBar(console, experiment.name) as bar:
                for now in self._client.experiments.poll(experiment.id, every=POLL_SECONDS):
                    self._check()
                    bar.show(now)
        except KeyboardInterrupt:
            self._pause(experiment)
            raise
        return now

    def _pause(self, experiment: Experiment) -> None:
        """Pause at Ctrl-C: else its queued runs would go before those of the next command."""
        try:
            with continuing.where_any():
                self._client.experiments.pause(experiment.id)
        except UnreachableError as error:
            raise BrokenOffError(f"Stopped, but its runs could not be paused: {error}") from None


def _named(rows: Sequence[TaskRows]) -> list[Json]:
    """The tasks before their rows are uploaded: what is asked for does not depend on the ids."""
    return [{"name": task.name, "training_file": f"file-{i}"} for i, task in enumerate(rows)]
