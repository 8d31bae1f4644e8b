"""Experiments at the door: how they are asked for, and how their jobs end without a worker."""

from dataclasses import dataclass
from typing import Any

import pytest

from store import lifecycle
from store.schema import Job, Metrics, Snapshot
from tests.api.support import JOBS, Door, ok

EXPERIMENTS = "/v1/experiments"
NONE = {"name": "none", "regularizer": {"type": "none"}}
TSLOSS = {"name": "tsloss", "regularizer": {"type": "tsloss"}}


@dataclass
class Lab:
    """A project that experiments."""

    door: Door

    def body(self, **fields: Any) -> dict[str, Any]:
        """Return a request for `none` against `tsloss` on one task with two seeds."""
        body = {
            "models": ["tiny"],
            "seeds": [0, 1],
            "arms": [NONE, TSLOSS],
            "soft_prompt": {"num_virtual_tokens": 4},
            **fields,
        }
        if "tasks" not in body:
            body["tasks"] = [self.task()]
        return body

    def task(self, name: str = "sums") -> dict[str, str]:
        """Upload the files of a task."""
        files = {"training_file": self.door.file(), "validation_file": self.door.file()}
        return {"name": name, **files}

    def post(self, **fields: Any) -> Any:
        """Ask for an experiment and return the response."""
        return self.door.client.post(EXPERIMENTS, json=self.body(**fields))

    def create(self, **fields: Any) -> dict[str, Any]:
        """Create an experiment and return it."""
        return ok(self.post(**fields))

    def get(self, experiment: dict[str, Any]) -> dict[str, Any]:
        """Return an experiment as it stands."""
        return self.door.get(f"{EXPERIMENTS}/{experiment['id']}")

    def ask(self, experiment: dict[str, Any], wish: str, **body: Any) -> Any:
        """Cancel, pause, resume, retry or extend, and return the response."""
        return self.door.client.post(f"{EXPERIMENTS}/{experiment['id']}/{wish}", json=body or None)

    def report(self, experiment: dict[str, Any]) -> dict[str, Any]:
        """Return the report."""
        return self.door.get(f"{EXPERIMENTS}/{experiment['id']}/report")

    def jobs(self, experiment: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the jobs of an experiment, oldest first."""
        return self.door.get(JOBS, experiment=experiment["id"], limit=100)["data"][::-1]

    def succeed(self, job: dict[str, Any], accuracy: float, steps: int = 2) -> None:
        """End a job well after some steps, of which two are measured and the second is graded."""
        outcome = {
            "evaluated_on": "validation_file", "rows": 3, "accuracy_before": 0.25,
            "accuracy_after": accuracy, "loss_after": 1.0 - accuracy, "steps": steps,
            "converged_at": None,
            "co_tuned": 1, "versions": {"tsloss": "0.1.0"},
        }  # fmt: skip
        with self.door.run(job["id"]).transaction() as (session, row):
            for step, seconds in ((1, 0.5), (2, 0.25)):
                values = {"seconds": seconds, "gradient_ratio": 0.01}
                session.add(Metrics(job_id=row.id, step=step, values=values))
            metrics = {"full_valid_accuracy": accuracy, "full_valid_loss": 1.0 - accuracy}
            session.add(
                Snapshot(
                    id=f"ftckpt-{row.id[6:]}", job_id=row.id, step=2, epoch=1,
                    artifact_key=f"{row.project_id}/{row.id}/2", metrics=metrics, nearest_tokens=[],
                )
            )  # fmt: skip
            lifecycle.succeed(session, row, outcome)

    def fail(self, job: dict[str, Any]) -> None:
        """End a job badly."""
        with self.door.run(job["id"]).transaction() as (session, row):
            lifecycle.fail(session, row, "diverged", "step 1: loss 1e9")

    def finish(self, experiment: dict[str, Any]) -> None:
        """End all jobs well: `tsloss` a bit better than `none`, and better from seed to seed."""
        for job in self.jobs(experiment):
            better = 0.1 if job["arm"] == "tsloss" else 0.0
            self.succeed(job, 0.5 + better + 0.01 * (job["seed"] % 5))


@pytest.fixture
def lab(door: Door) -> Lab:
    return Lab(door)


def count_jobs(door: Door) -> int:
    """Count the project's jobs."""
    return door.count(Job)
