"""Runs the demonstration from an empty folder to figures."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from cli.data.intents import generate_intents
from cli.data.jsonl import to_jsonl
from cli.demo.client import DemoClient
from cli.demo.show import show_results
from cli.errors import ServiceFailedError
from cli.service import Service, running_service

TRAINING_ROWS, HELD_OUT_ROWS, SEED = 160, 60, 7

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
    """Tune, analyse, download and show. Raises ServiceFailedError if anything did not succeed."""
    base_url, key = os.environ.get("TSLOSS_BASE_URL"), os.environ.get("TSLOSS_API_KEY")
    try:
        if base_url and key:
            with _client(base_url, key) as client:
                _demonstrate(client, out)
        else:
            _with_own_service(port or _free_port(), data_dir, out)
    except httpx.HTTPError as error:
        raise ServiceFailedError(f"the service does not answer: {error}") from None
    except KeyboardInterrupt:
        raise ServiceFailedError("Stopped.") from None


def _with_own_service(port: int, data_dir: Path, out: Path) -> None:
    console.print(f"Starting the service on the folder {data_dir} ...")
    with (
        running_service("127.0.0.1", port, data_dir, console) as service,
        _client(service.base_url, service.api_key, service) as client,
    ):
        console.print(f"It listens on {service.base_url}.")
        _demonstrate(client, out)
    console.print(f"All of it stays: `tsloss serve --data-dir {data_dir}` serves it again.")


@contextmanager
def _client(base_url: str, key: str, service: Service | None = None) -> Iterator[DemoClient]:
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(
        base_url=base_url, headers=headers, timeout=60, trust_env=service is None
    ) as http:
        yield DemoClient(http, console, service.check if service else lambda: None)


def _demonstrate(client: DemoClient, out: Path) -> None:
    training = to_jsonl(generate_intents(TRAINING_ROWS, SEED, held_out=False))
    held_out = to_jsonl(generate_intents(HELD_OUT_ROWS, SEED, held_out=True))
    files = {
        "training_file": client.upload("intents-training.jsonl", training),
        "validation_file": client.upload("intents-held-out.jsonl", held_out),
    }
    job = client.follow_job(client.create_job({**JOB, **files}))
    analysis = client.follow_analysis(job["analysis"])
    out.mkdir(parents=True, exist_ok=True)
    paths = client.download_results(job, out) + client.download_figures(analysis["id"], out)
    show_results(console, job, client.list_diagrams(analysis["id"]), paths)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
