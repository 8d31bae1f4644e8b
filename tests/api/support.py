"""A caller at the door, and what lies behind it."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.state import ServiceState
from store import lifecycle
from store.ids import new_id
from store.keys import ALL_SCOPES, Scope, create_key
from store.projects import get_or_create_project
from store.runs import Run, RunKey
from store.schema import File, Job
from store.settings import Settings

ROW = {"question": "2 + 2?", "answer": "4"}
JOBS = "/v1/fine_tuning/jobs"


def jsonl(*rows: Any) -> bytes:
    """Return rows as JSON Lines."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


@dataclass
class Door:
    """A project's client, and the service behind it."""

    client: TestClient
    service: ServiceState
    project_id: str
    key: str

    @classmethod
    def open(cls, app: FastAPI, scopes: tuple[Scope, ...] = ALL_SCOPES) -> "Door":
        service: ServiceState = app.state.service
        with service.database.transaction() as session:
            project = get_or_create_project(session, new_id("proj"))
            secret = service.settings.secret_key.get_secret_value()
            _, key = create_key(session, secret, project.id, "test", scopes)
        client = TestClient(app, headers={"Authorization": f"Bearer {key}"})
        return cls(client, service, project.id, key)

    def upload(
        self,
        content: bytes = jsonl(ROW, ROW, ROW),
        purpose: str = "fine-tune",
        name: str = "rows.jsonl",
    ) -> Any:
        """Post a file and return the response."""
        return self.client.post(
            "/v1/files", data={"purpose": purpose}, files={"file": (name, content)}
        )

    def file(self, *args: Any, **kwargs: Any) -> str:
        """Upload a file and return its id."""
        return ok(self.upload(*args, **kwargs))["id"]

    def cloud(self) -> str:
        """Upload a point cloud and return its id."""
        return self.file(b"0,0\n1,0\n0,1\n", "point-cloud", "points.csv")

    def post_job(self, **fields: Any) -> Any:
        """Ask for a tuning job and return the response."""
        if "training_file" not in fields:
            fields["training_file"] = self.file()
        return self.client.post(JOBS, json={"model": "tiny", **fields})

    def job(self, **fields: Any) -> dict[str, Any]:
        """Create a tuning job and return it."""
        return ok(self.post_job(**fields))

    def get(self, path: str, **params: Any) -> Any:
        """Return the body of a successful GET."""
        return ok(self.client.get(path, params=params or None))

    def run(self, job_id: str) -> Run:
        """Take a job as a worker would."""
        token = uuid4()
        with self.service.database.transaction() as session:
            job = session.get(Job, job_id, with_for_update=True)
            assert job is not None
            lifecycle.take(session, job, token, timedelta(minutes=5), timedelta(hours=1))
        run = Run(self.service.database, RunKey(job_id, self.project_id, 1, token))
        run.start()
        return run

    def succeed(self, run: Run) -> None:
        """End a job well."""
        with run.transaction() as (session, job):
            lifecycle.succeed(session, job, {"accuracy_before": 0.25, "accuracy_after": 0.75})

    def count(self, table: type[File] | type[Job]) -> int:
        """Count the project's rows of a table."""
        with self.service.database.transaction() as session:
            return session.query(table).filter(table.project_id == self.project_id).count()

    def artifacts(self) -> list[str]:
        """Return the keys of everything stored for the project."""
        listing = self.service.artifacts.listing()
        return [key for key, _ in listing if key.startswith(self.project_id)]


def ok(response: Any) -> Any:
    """Return the body of a successful answer."""
    assert response.status_code == 200, response.text
    return response.json()


def refused(response: Any, status: int, param: str | None = None) -> str:
    """Check an error's status, shape and field; return its message."""
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["param"] == param, error
    assert error["message"]
    return error["message"]


def environment(settings: Settings) -> dict[str, str]:
    """Return settings as a process of the service reads them."""
    values = settings.model_dump(mode="json", exclude={"secret_key"}, exclude_none=True)
    values["secret_key"] = settings.secret_key.get_secret_value()
    return {
        f"TSLOSS_{name.upper()}": json.dumps(value) if isinstance(value, list) else str(value)
        for name, value in values.items()
    }
