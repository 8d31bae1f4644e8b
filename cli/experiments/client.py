"""What running experiments asks of the service."""

import hashlib
import json
from typing import Any

import httpx
from pydantic import TypeAdapter

from cli.errors import ServiceFailedError
from cli.experiments.tasks import TaskRows
from tsloss_core.experiments import ExperimentReport

EXPERIMENTS = "/v1/experiments"
FINGERPRINT = "fingerprint"

Json = dict[str, Any]

_REPORT: TypeAdapter[ExperimentReport] = TypeAdapter(ExperimentReport)


class ExperimentClient:
    """Finds the experiment of an earlier run again, or makes it."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def upload(self, rows: TaskRows) -> Json:
        """Upload a task's rows and return the task."""
        return {
            "name": rows.name,
            "training_file": self._upload(f"{rows.name}-training.jsonl", rows.training),
            "validation_file": self._upload(f"{rows.name}-held-out.jsonl", rows.held_out),
        }

    def find(self, fingerprint: str) -> Json | None:
        """Return the newest whole experiment of the same request, if there is one."""
        after: Json = {}
        while True:
            page = self._get(EXPERIMENTS, limit=100, **after)
            for experiment in page["data"]:
                if experiment["metadata"].get(FINGERPRINT) == fingerprint and _is_whole(experiment):
                    found: Json = experiment
                    return found
            if not page["has_more"]:
                return None
            after = {"after": page["data"][-1]["id"]}

    def create(self, body: Json, fingerprint: str) -> Json:
        """Make an experiment."""
        metadata = {"made_by": "tsloss experiment run", FINGERPRINT: fingerprint}
        return self._post(EXPERIMENTS, body | {"metadata": metadata})

    def go_on(self, experiment: Json, seeds: list[int]) -> Json:
        """Resume an experiment that was paused, and add the seeds that it lacks."""
        path = f"{EXPERIMENTS}/{experiment['id']}"
        if experiment["jobs"]["paused"]:
            experiment = self._post(f"{path}/resume")
        lacking = [seed for seed in seeds if seed not in experiment["settings"]["seeds"]]
        return self._post(f"{path}/extend", {"seeds": lacking}) if lacking else experiment

    def get(self, experiment_id: str) -> Json:
        """Return an experiment as it stands."""
        return self._get(f"{EXPERIMENTS}/{experiment_id}")

    def report(self, experiment_id: str) -> ExperimentReport:
        """Return the report."""
        return _REPORT.validate_python(self._get(f"{EXPERIMENTS}/{experiment_id}/report"))

    def _upload(self, name: str, data: bytes) -> str:
        form = {"files": {"file": (name, data)}, "data": {"purpose": "fine-tune"}}
        return str(_checked(self._http.post("/v1/files", **form))["id"])  # type: ignore[arg-type]

    def _get(self, path: str, **query: Any) -> Json:
        return _checked(self._http.get(path, params=query))

    def _post(self, path: str, body: Json | None = None) -> Json:
        return _checked(self._http.post(path, json=body))


def fingerprint(body: Json, rows: list[TaskRows]) -> str:
    """Return what tells requests apart, whatever their seeds and the ids of their files are."""
    settled = {name: value for name, value in body.items() if name not in ("seeds", "tasks")}
    text = json.dumps(settled, sort_keys=True).encode()
    parts = [text, *(part for task in rows for part in (task.training, task.held_out))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _is_whole(experiment: Json) -> bool:
    jobs = experiment["jobs"]
    return not (jobs["cancelled"] or jobs["missing"])


def _checked(answer: httpx.Response) -> Json:
    if answer.is_error:
        raise ServiceFailedError(f"{answer.request.method} {answer.request.url}: {answer.text}")
    body: Json = answer.json()
    return body
