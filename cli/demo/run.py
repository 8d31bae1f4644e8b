"""Runs the demonstration from an empty folder to figures."""

from pathlib import Path

import httpx
from rich.console import Console

from cli.data.intents import generate_intents
from cli.data.jsonl import to_jsonl
from cli.demo.client import DemoClient, DemoFailedError
from cli.demo.show import show_results
from cli.embedded import DataFolderInUseError
from cli.serve import ServiceFailedError, running_service

TRAINING_ROWS, HELD_OUT_ROWS, SEED = 160, 60, 7

JOB = {
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

console = Console()


def run_demo(port: int, data_dir: Path, out: Path) -> int:
    """Return 0 if the job and its analysis succeeded, else 1."""
    try:
        with running_service("127.0.0.1", port, data_dir) as service:
            console.print(f"The service listens on [bold]{service.base_url}[/].")
            with httpx.Client(
                base_url=service.base_url,
                headers={"Authorization": f"Bearer {service.api_key}"},
                timeout=60,
            ) as http:
                _demonstrate(DemoClient(http, console), out)
    except (ServiceFailedError, DataFolderInUseError, DemoFailedError, httpx.HTTPError) as error:
        console.print(f"[red]{error}[/]")
        return 1
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 1
    return 0


def _demonstrate(client: DemoClient, out: Path) -> None:
    training = to_jsonl(generate_intents(TRAINING_ROWS, SEED, held_out=False))
    held_out = to_jsonl(generate_intents(HELD_OUT_ROWS, SEED, held_out=True))
    files = {
        "training_file": client.upload("intents-training.jsonl", training),
        "validation_file": client.upload("intents-held-out.jsonl", held_out),
    }
    job = client.follow(client.create_job({**JOB, **files}))
    analysis = client.follow_analysis(job["analysis"])
    out.mkdir(parents=True, exist_ok=True)
    paths = client.download_results(job, out) + client.download_figures(analysis["id"], out)
    show_results(console, job, client.list_diagrams(analysis["id"]), paths)
