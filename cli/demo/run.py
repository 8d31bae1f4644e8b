"""Runs the demonstration from an empty folder to figures."""

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from cli.data.intents import generate_intents
from cli.data.jsonl import to_jsonl
from cli.demo.show import show_results
from cli.errors import BrokenOffError
from cli.following import follow, succeeded
from cli.service import running_service
from tsloss_client import Analysis, Client, Job

TRAINING_ROWS, HELD_OUT_ROWS, SEED = 160, 60, 7
DEADLINE_SECONDS = 3600.0
POLL_SECONDS = 0.5

JOB: dict[str, Any] = {
    "model": "smollm2-135m-instruct",
    "seed": SEED,
    "suffix": "demo",
    "metadata": {"made_by": "tsloss demo"},
    "method": {
        "type": "soft_prompt",
        "soft_prompt": {
            "num_virtual_tokens": 20,
            "placement": "suffix",
            "regularizer": {"type": "tsloss", "weight": 1.0},
            "hyperparameters": {"n_epochs": 5, "batch_size": 8},
            "evaluation": {"every_epochs": 5},
            "snapshots": {"every_steps": 10},
        },
    },
}

console = Console(highlight=False)


def run_demo(port: int | None, data_dir: Path, out: Path) -> None:
    """Tune, analyse, download and show.

    Raises ServiceFailedError if a job did not succeed, and what a client's calls raise.
    """
    base_url, key = os.environ.get("TSLOSS_BASE_URL"), os.environ.get("TSLOSS_API_KEY")
    try:
        if base_url and key:
            with Client(base_url, key) as client:
                Demonstration(client, lambda: None).perform(out)
        else:
            _with_own_service(port or _free_port(), data_dir, out)
    except KeyboardInterrupt:
        raise BrokenOffError("Stopped.") from None


def _with_own_service(port: int, data_dir: Path, out: Path) -> None:
    console.print(f"Starting the service on the folder {data_dir} ...")
    with (
        running_service("127.0.0.1", port, data_dir, console) as service,
        Client(service.base_url, service.api_key) as client,
    ):
        console.print(f"It listens on {service.base_url}.")
        Demonstration(client, service.check).perform(out)
    console.print(f"All of it stays: `tsloss serve --data-dir {data_dir}` serves it again.")


class Demonstration:
    """The whole way over HTTP. `check` is asked while waiting and raises if the service ended."""

    def __init__(self, client: Client, check: Callable[[], None]) -> None:
        self._client = client
        self._check = check

    def perform(self, out: Path) -> None:
        """Go it, and leave the results in `out`."""
        job = self._tuned()
        analysis = self._analysed(job)
        downloaded = self._client.jobs.download(job, out)
        figures = self._client.analyses.download_figures(analysis.id, out)
        diagrams = list(self._client.analyses.diagrams(analysis.id))
        show_results(console, job, diagrams, downloaded + figures)

    def _tuned(self) -> Job:
        files = {
            "training_file": self._uploaded("intents-training.jsonl", TRAINING_ROWS, False),
            "validation_file": self._uploaded("intents-held-out.jsonl", HELD_OUT_ROWS, True),
        }
        job = self._client.jobs.create(**JOB, **files)
        console.print(f"Queued {job.id} on {job.model}")
        looks = self._client.jobs.poll(job.id, DEADLINE_SECONDS, POLL_SECONDS)
        return succeeded(follow(looks, console, self._check))

    def _uploaded(self, name: str, rows: int, held_out: bool) -> str:
        data = to_jsonl(generate_intents(rows, SEED, held_out))
        file = self._client.files.upload(data, name)
        console.print(f"Uploaded {name}: {file.rows} rows, {file.id}")
        return file.id

    def _analysed(self, job: Job) -> Analysis:
        looks = self._client.analyses.poll(str(job.analysis), DEADLINE_SECONDS, POLL_SECONDS)
        return succeeded(follow(looks, console, self._check))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
