"""Runs the demonstration from an empty folder to figures."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from cli.data.intents import generate_intents
from cli.data.jsonl import to_jsonl
from cli.defaults import MODEL_ID
from cli.demo.show import show_results
from cli.errors import BrokenOffError
from cli.following import follow, succeeded
from cli.service.reaching import reached_service
from tsloss_client import Analysis, Client, Job

TRAINING_ROWS, HELD_OUT_ROWS, SEED = 160, 60, 7
DEADLINE_SECONDS = 3600.0
POLL_SECONDS = 0.5

JOB: dict[str, Any] = {
    "model": MODEL_ID,
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
    try:
        with reached_service(data_dir, port, console) as service:
            Demonstration(service.client, service.check).perform(out)
    except KeyboardInterrupt:
        raise BrokenOffError("Stopped.") from None
    if service.is_own:
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
