"""Finds the experiment of an earlier run of the same command, to go on with it."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from cli.experiments.tasks import TaskRows
from tsloss_client import Client, Experiment, RefusedError

FINGERPRINT = "fingerprint"

Json = dict[str, Any]


def fingerprint(body: Json, rows: Sequence[TaskRows]) -> str:
    """Return what tells requests apart, whatever their seeds and the ids of their files are."""
    settled = {name: value for name, value in body.items() if name not in ("seeds", "tasks")}
    text = json.dumps(settled, sort_keys=True).encode()
    parts = [text, *(part for task in rows for part in (task.training, task.held_out))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def find(client: Client, mark: str) -> Experiment | None:
    """Return the newest whole experiment of the same request, if there is one."""
    for experiment in client.experiments.list():
        jobs = experiment.jobs
        whole = not (jobs.cancelled or jobs.missing)
        if experiment.metadata.get(FINGERPRINT) == mark and whole:
            return experiment
    return None


@contextmanager
def where_any() -> Iterator[None]:
    """Steer an experiment inside; that none of its jobs is left to be steered so is no error."""
    try:
        yield
    except RefusedError as error:
        if error.code != "conflict":
            raise


def go_on(client: Client, experiment: Experiment, seeds: Sequence[int]) -> Experiment:
    """Resume an experiment that was paused, retry what failed, and add the seeds that it lacks.

    A run whose pause no worker has confirmed yet counts as running: it is asked to go on too, or it
    would wait for ever.
    """
    with where_any():
        experiment = client.experiments.resume(experiment.id)
    with where_any():
        experiment = client.experiments.retry(experiment.id)
    lacking = [seed for seed in seeds if seed not in experiment.settings["seeds"]]
    return client.experiments.extend(experiment.id, lacking) if lacking else experiment


def begin(client: Client, body: Json, rows: Sequence[TaskRows], mark: str) -> Experiment:
    """Upload the rows and make the experiment."""
    tasks = [_upload(client, task) for task in rows]
    metadata = {"made_by": "tsloss experiment run", FINGERPRINT: mark}
    return client.experiments.create(**body | {"tasks": tasks, "metadata": metadata})


def _upload(client: Client, rows: TaskRows) -> Json:
    training = client.files.upload(rows.training, f"{rows.name}-training.jsonl")
    held_out = client.files.upload(rows.held_out, f"{rows.name}-held-out.jsonl")
    return {"name": rows.name, "training_file": training.id, "validation_file": held_out.id}
