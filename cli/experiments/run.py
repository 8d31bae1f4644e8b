"""Runs presets one after the other, or goes on with them, and writes what came out."""

import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from rich.console import Console

from cli.errors import ServiceFailedError
from cli.experiments.client import ExperimentClient, Json, fingerprint
from cli.experiments.progress import ExperimentBar
from cli.experiments.request import PLAIN_ARM, Wanted
from cli.experiments.tasks import TaskRows
from cli.experiments.write import write_results
from cli.service import running_service
from tsloss_core.experiments import ExperimentReport

POLL_SECONDS = 1.0
ANALYSIS_SECONDS = 120.0
"""Analyses follow the runs; after so long without a further one the report goes without."""
UNFINISHED = ("queued", "running", "paused")

console = Console(stderr=True, highlight=False)


def run_presets(wanted: Sequence[Wanted], out: Path, data_dir: Path, port: int | None) -> None:
    """Run every preset to its end, then write results.md and results.json into `out`.

    Raises ServiceFailedError if the service fails, refuses or is interrupted.
    """
    try:
        with _service(data_dir, port) as (http, check):
            runner = Runner(ExperimentClient(http), check)
            reports = [runner.run(each) for each in wanted]
    except httpx.HTTPError as error:
        raise ServiceFailedError(f"the service does not answer: {error}") from None
    except KeyboardInterrupt:
        raise ServiceFailedError("Stopped. The same command goes on from here.") from None
    for path in write_results(out, wanted, reports):
        console.print(f"Wrote {path}", soft_wrap=True)


class Runner:
    """Runs presets on a service. `check` is asked while waiting and raises if it has ended."""

    def __init__(self, client: ExperimentClient, check: Callable[[], None]) -> None:
        self._client = client
        self._check = check

    def run(self, wanted: Wanted) -> ExperimentReport:
        """Run a preset, or what is left of it, and return its report."""
        rows = wanted.tasks()
        if wanted.transfers:
            return self._transfer(wanted, rows)
        body = wanted.body(_named(rows))
        return self._report(self._finish(body, rows))

    def _transfer(self, wanted: Wanted, rows: list[TaskRows]) -> ExperimentReport:
        """Tune prompts on the first task, then start from them on the others."""
        first, *others = rows
        source = {"type": "experiment", "id": "exp-x", "task": first.name, "arm": PLAIN_ARM}
        seeds = wanted.body(_named(others), source)["seeds"]
        tuned = self._finish(wanted.source_body(_named([first])[0], seeds), [first])
        body = wanted.body(_named(others), source | {"id": tuned["id"]})
        return self._report(self._finish(body, others))

    def _finish(self, body: Json, rows: list[TaskRows]) -> Json:
        mark = fingerprint(body, rows)
        experiment = self._client.find(mark)
        if experiment is None:
            tasks = [self._client.upload(task) for task in rows]
            experiment = self._client.create(body | {"tasks": tasks}, mark)
        else:
            console.print(f"Going on with {experiment['id']}")
            experiment = self._client.go_on(experiment, body["seeds"])
        return self._follow(experiment)

    def _report(self, experiment: Json) -> ExperimentReport:
        """Return the report once the runs' analyses are there, or no more of them come."""
        report = self._client.report(experiment["id"])
        analysed, until = -1, 0.0
        while (now := report.results.analysed_runs) < report.results.succeeded_runs:
            if now > analysed:
                analysed, until = now, time.monotonic() + ANALYSIS_SECONDS
            elif time.monotonic() > until:
                break
            self._check()
            time.sleep(POLL_SECONDS)
            report = self._client.report(experiment["id"])
        return report

    def _follow(self, experiment: Json) -> Json:
        with ExperimentBar(console, experiment["name"]) as bar:
            bar.show(experiment)
            while experiment["status"] in UNFINISHED:
                self._check()
                time.sleep(POLL_SECONDS)
                experiment = self._client.get(experiment["id"])
                bar.show(experiment)
        return experiment


def _named(rows: Sequence[TaskRows]) -> list[Json]:
    """The tasks before their rows are uploaded: what is asked for does not depend on the ids."""
    return [{"name": task.name, "training_file": f"file-{i}"} for i, task in enumerate(rows)]


@contextmanager
def _service(data_dir: Path, port: int | None) -> Iterator[tuple[httpx.Client, Callable[[], None]]]:
    """The service of the environment, else one of our own for as long as this lasts."""
    base_url, key = os.environ.get("TSLOSS_BASE_URL"), os.environ.get("TSLOSS_API_KEY")
    if base_url and key:
        with _connect(base_url, key) as http:
            yield http, lambda: None
        return
    console.print(f"Starting the service on the folder {data_dir} ...")
    with (
        running_service("127.0.0.1", port or _free_port(), data_dir, console) as service,
        _connect(service.base_url, service.api_key, trust_env=False) as http,
    ):
        console.print(f"It listens on {service.base_url}.")
        yield http, service.check


def _connect(base_url: str, key: str, trust_env: bool = True) -> httpx.Client:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.Client(base_url=base_url, headers=headers, timeout=300, trust_env=trust_env)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
