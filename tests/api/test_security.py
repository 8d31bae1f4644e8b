"""No key, a wrong key, too small a key, another project's key."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from string import Template
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.state import ServiceState
from store import lifecycle
from store.analyses import CloudResults, add_cloud_results, add_evolution, add_figure
from store.keys import create_key
from store.schema import ApiKey, Diagram, Job
from store.tuned_models import add_tuned_model
from tests.api.analyses.test_analyses import ANALYSES, EVOLUTION
from tests.api.experiments.conftest import EXPERIMENTS
from tests.api.support import JOBS, Door, ok, refused


def _operations() -> list[tuple[str, str]]:
    paths: dict[str, Any] = create_app().openapi()["paths"]
    return [
        (method.upper(), path)
        for path, operations in paths.items()
        for method in operations
        if path.startswith("/v1") or path == "/metrics"
    ]


OPERATIONS = _operations()
READ_BY_ANY_METHOD = ("/v1/fine_tuning/jobs:estimate", "/v1/session")
OPERATING = [("GET", "/metrics")]
ADMINISTERING = [(method, path) for method, path in OPERATIONS if path.startswith("/v1/keys")]
READING = [
    (method, path)
    for method, path in OPERATIONS
    if (method == "GET" or path in READ_BY_ANY_METHOD)
    and (method, path) not in ADMINISTERING + OPERATING
]
WRITING = [each for each in OPERATIONS if each not in ADMINISTERING + READING + OPERATING]


def _filled(path: str) -> str:
    return re.sub(r"\{\w+\}", "x", path.replace("{format}", "svg"))


def test_the_document_names_every_route() -> None:
    assert len(OPERATIONS) >= 20


class TestAnonymous:
    @pytest.mark.parametrize(("method", "path"), OPERATIONS)
    def test_every_route_asks_for_a_key(self, app: FastAPI, method: str, path: str) -> None:
        response = TestClient(app).request(method, _filled(path), json={})
        refused(response, 401)
        assert response.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize("path", ["/v1/openapi.json", "/openapi.json", "/docs", "/nothing"])
    def test_so_does_everything_else(self, app: FastAPI, path: str) -> None:
        refused(TestClient(app).get(path), 401)

    @pytest.mark.parametrize(
        "header", ["", "Bearer", "Bearer ", "Basic abc", "tsl_abc", "Bearer tsl_\xe9", "Bearer x"]
    )
    def test_what_is_no_key_is_refused(self, app: FastAPI, header: str) -> None:
        headers = {"Authorization": header.encode("latin-1")}
        refused(TestClient(app).get("/v1/files", headers=headers), 401)

    def test_the_body_is_not_read(self, app: FastAPI) -> None:
        read = []

        def body() -> Iterator[bytes]:
            read.append(True)
            yield b"x"

        refused(TestClient(app).post("/v1/files", content=body()), 401)
        assert read == []


class TestKeys:
    def _key(self, door: Door, expires_at: datetime | None = None) -> tuple[str, str]:
        with door.service.database.transaction() as session:
            secret = door.service.settings.secret_key.get_secret_value()
            row, key = create_key(session, secret, door.project_id, "second", expires_at=expires_at)
            return row.id, key

    def _status(self, app: FastAPI, key: str) -> int:
        headers = {"Authorization": f"Bearer {key}"}
        return TestClient(app).get("/v1/files", headers=headers).status_code

    def test_a_valid_key_is_taken(self, app: FastAPI, door: Door) -> None:
        assert self._status(app, self._key(door)[1]) == 200

    def test_an_expired_key_is_refused(self, app: FastAPI, door: Door) -> None:
        _, key = self._key(door, datetime.now(UTC) - timedelta(seconds=1))
        assert self._status(app, key) == 401

    def test_a_revoked_key_is_refused(self, app: FastAPI, door: Door) -> None:
        key_id, key = self._key(door)
        with door.service.database.transaction() as session:
            row = session.get(ApiKey, key_id)
            assert row is not None
            row.revoked_at = datetime.now(UTC)
        assert self._status(app, key) == 401


class TestScopes:
    @pytest.fixture(scope="class")
    def reader(self, app: FastAPI) -> Door:
        return Door.open(app, ("read",))

    @pytest.fixture(scope="class")
    def writer(self, app: FastAPI) -> Door:
        return Door.open(app, ("write",))

    @pytest.mark.parametrize(("method", "path"), WRITING)
    def test_a_key_that_reads_writes_nothing(self, reader: Door, method: str, path: str) -> None:
        response = reader.client.request(method, _filled(path), json={})
        assert "'write'" in refused(response, 403)

    @pytest.mark.parametrize(("method", "path"), READING)
    def test_a_key_that_writes_reads_nothing(self, writer: Door, method: str, path: str) -> None:
        body = {"model": "tiny", "training_file": "file-x"}
        response = writer.client.request(method, _filled(path), json=body)
        assert "'read'" in refused(response, 403)

    @pytest.mark.parametrize(("method", "path"), ADMINISTERING)
    def test_a_key_without_admin_administers_nothing(
        self, app: FastAPI, method: str, path: str
    ) -> None:
        client = Door.open(app, ("read", "write")).client
        response = client.request(method, _filled(path), json={"name": "x"})
        assert "'admin'" in refused(response, 403)


class TestOperator:
    def test_no_key_of_a_project_shows_figures_of_all_projects(self, door: Door) -> None:
        assert "'metrics'" in refused(door.client.get("/metrics"), 403)

    def test_no_project_gives_itself_such_a_key(self, door: Door) -> None:
        body = {"name": "x", "scopes": ["metrics"]}
        refused(door.client.post("/v1/keys", json=body), 422, "scopes.0")

    def test_a_key_for_figures_shows_nothing_else(self, app: FastAPI) -> None:
        operator = Door.open(app, ("metrics",))
        assert operator.client.get("/metrics").status_code == 200
        for method, path in READING:
            body = {"model": "tiny", "training_file": "file-x"}
            refused(operator.client.request(method, _filled(path), json=body), 403)


def _belongings(door: Door) -> dict[str, str]:
    """Make one of each thing; return its id by the name of its path parameter."""
    job, cloud = door.job(), door.cloud()
    analysis = ok(door.client.post(ANALYSES, json={"point_cloud_file": cloud}))
    run = door.run(job["id"])
    run.record_snapshot(1, 1, f"{door.project_id}/snapshot", {}, [])
    checkpoint = door.get(f"{JOBS}/{job['id']}/checkpoints")["data"][0]
    with run.transaction() as (session, row):
        model = add_tuned_model(session, row, f"{door.project_id}/prompt")
        results = CloudResults(0, 0, [([0.0], [1.0], [0.0])], {})
        add_cloud_results(session, analysis["id"], [results])
        add_figure(session, analysis["id"], "accuracy_curves", "svg", f"{door.project_id}/figure")
        add_evolution(session, analysis["id"], EVOLUTION)
        session.flush()
        diagram = session.query(Diagram).filter(Diagram.job_id == analysis["id"]).one()
    door.service.artifacts.put(f"{door.project_id}/figure", b"<svg/>")
    body = {
        "models": ["tiny"],
        "tasks": [{"name": "sums", "training_file": job["training_file"]}],
        "seeds": [0],
        "arms": [{"name": "none", "regularizer": {"type": "none"}}],
    }
    experiment = ok(door.client.post("/v1/experiments", json=body))
    webhook = ok(door.client.post("/v1/webhooks", json={"url": "https://example.com"}))
    key = ok(door.client.post("/v1/keys", json={"name": "second"}))
    with door.service.database.transaction() as session:
        for ended in (job["id"], analysis["id"]):
            lifecycle.cancel(session, session.get(Job, ended, with_for_update=True))
    return {
        "file_id": job["training_file"],
        "cloud_id": cloud,
        "checkpoint_id": checkpoint["id"],
        "job_id": job["id"],
        "model_id": model.id,
        "analysis_id": analysis["id"],
        "diagram_id": diagram.id,
        "experiment_id": experiment["id"],
        "name": "accuracy_curves",
        "format": "svg",
        "webhook_id": webhook["id"],
        "key_id": key["id"],
    }


WITH_ID = [(method, path) for method, path in OPERATIONS if "{" in path]

OWN = {"model": "tiny", "training_file": "$own"}
FROM_CHECKPOINT = {"init": {"type": "checkpoint", "id": "$checkpoint_id"}}


def _matrix(task: dict[str, str], arm: dict[str, Any]) -> dict[str, Any]:
    return {
        "models": ["tiny"],
        "tasks": [{"name": "sums", "training_file": "$own", **task}],
        "seeds": [0],
        "arms": [{"name": "none", "regularizer": {"type": "none"}, **arm}],
    }


NAMING: list[tuple[str, str, dict[str, Any]]] = [
    (JOBS, "training_file", {"model": "tiny", "training_file": "$file_id"}),
    (JOBS, "validation_file", {**OWN, "validation_file": "$file_id"}),
    (
        JOBS,
        "method.soft_prompt.init.id",
        {**OWN, "method": {"type": "soft_prompt", "soft_prompt": FROM_CHECKPOINT}},
    ),
    (f"{JOBS}:estimate", "validation_file", {**OWN, "validation_file": "$file_id"}),
    (ANALYSES, "point_cloud_file", {"point_cloud_file": "$cloud_id"}),
    (ANALYSES, "fine_tuning_job", {"fine_tuning_job": "$job_id"}),
    (ANALYSES, "checkpoints", {"checkpoints": ["$checkpoint_id"]}),
    (ANALYSES, "inputs.0.checkpoints", {"inputs": [{"checkpoints": ["$checkpoint_id"]}]}),
    (EXPERIMENTS, "tasks.0.training_file", _matrix({"training_file": "$file_id"}, {})),
    (EXPERIMENTS, "tasks.0.validation_file", _matrix({"validation_file": "$file_id"}, {})),
    (EXPERIMENTS, "arms.0.init.id", _matrix({}, FROM_CHECKPOINT)),
]
"""Bodies that name what is the owner's, and the field; "$own" is a file of whoever asks."""


def _named(body: dict[str, Any], door: Door, belongings: dict[str, str]) -> dict[str, Any]:
    """Put ids into a body of NAMING."""
    text = Template(json.dumps(body)).substitute(belongings, own=door.file())
    filled: dict[str, Any] = json.loads(text)
    return filled


class TestStrangers:
    @pytest.fixture(scope="class")
    def owner(self, app: FastAPI) -> Door:
        return Door.open(app)

    @pytest.fixture(scope="class")
    def belongings(self, owner: Door) -> dict[str, str]:
        return _belongings(owner)

    @pytest.mark.parametrize(("method", "path"), WITH_ID)
    def test_what_is_anothers_is_not_found(
        self, stranger: Door, belongings: dict[str, str], method: str, path: str
    ) -> None:
        body = {"seeds": [9]} if path.endswith("/extend") else None
        refused(stranger.client.request(method, path.format(**belongings), json=body), 404)

    @pytest.mark.parametrize("path", [path for method, path in WITH_ID if method == "GET"])
    def test_the_owner_finds_it(self, owner: Door, belongings: dict[str, str], path: str) -> None:
        assert owner.client.get(path.format(**belongings)).status_code == 200

    def test_lists_show_ones_own_alone(self, belongings: dict[str, str], stranger: Door) -> None:
        for path in (
            "/v1/files",
            "/v1/fine_tuning/jobs",
            "/v1/analyses",
            "/v1/experiments",
            "/v1/webhooks",
        ):
            assert stranger.get(path)["data"] == []
        assert len(stranger.get("/v1/keys")["data"]) == 1
        assert {model["id"] for model in stranger.get("/v1/models")["data"]} == {"tiny", "other"}

    @pytest.mark.parametrize(("path", "param", "body"), NAMING)
    def test_what_a_body_names_of_anothers_is_not_found(
        self,
        owner: Door,
        belongings: dict[str, str],
        stranger: Door,
        path: str,
        param: str,
        body: dict[str, Any],
    ) -> None:
        refused(stranger.client.post(path, json=_named(body, stranger, belongings)), 404, param)
        ok(owner.client.post(path, json=_named(body, owner, belongings)))

    def test_anothers_cursor_is_not_found(self, belongings: dict[str, str], stranger: Door) -> None:
        refused(stranger.client.get(f"/v1/files?after={belongings['file_id']}"), 404)


def test_a_keys_use_is_noted(door: Door, service: ServiceState) -> None:
    door.get("/v1/files")
    with service.database.transaction() as session:
        row = session.query(ApiKey).filter(ApiKey.project_id == door.project_id).one()
        assert row.last_used_at is not None
