"""Hostile values in every field of every route: the OpenAPI document says which there are."""

import json
from pathlib import Path
from typing import Any

import pytest

from store.schema import Base, Job
from tests.api.support import Door, ok, refused
from tests.support.openapi_fields import (
    Body,
    Field,
    bodies,
    fields_where,
    is_number,
    is_text,
    properties_of,
)

BODIES = bodies()
EXPERIMENTS = next(body for body in BODIES if body.request == "CreateExperiment")
MISPLACED = ("soft_prompt", "regularizer")
ROUTES = pytest.mark.parametrize("body", BODIES, ids=[body.path for body in BODIES])
TEXTS = [
    "../../../../etc/passwd",
    "/etc/passwd",
    "..\\..\\windows",
    "%2e%2e%2fetc%2fpasswd",
    "file:///etc/passwd",
    "a\x00b",
    "a\r\nX-Evil: yes",
    "\u202e\ud7ff\U0010ffff",
]
COLUMNS = {column.name for table in Base.metadata.tables.values() for column in table.columns}


def _valid(door: Door, body: Body) -> tuple[str, dict[str, Any]]:
    """A path and what the document shows for it, with things that the caller has."""
    example = body.example()
    match body.request:
        case "CreateJob":
            example |= {"model": "tiny", "training_file": door.file()}
        case "CreateAnalysis":
            run = door.run(door.job()["id"])
            door.succeed(run)
            example["fine_tuning_job"] = run.key.job_id
        case "CreateExperiment":
            example |= {"models": ["tiny"], "tasks": [{"name": "a", "training_file": door.file()}]}
        case "ExtendExperiment":
            path, whole = _valid(door, EXPERIMENTS)
            made = ok(door.client.post(path, json=whole))
            return body.path.format(experiment_id=made["id"]), example
    return body.path, example


def _post(door: Door, path: str, content: str) -> Any:
    headers = {"Content-Type": "application/json"}
    return door.client.post(path, content=content.encode("utf-8", "surrogatepass"), headers=headers)


def test_the_document_names_every_route_with_a_body() -> None:
    assert {"/v1/fine_tuning/jobs", "/v1/analyses", "/v1/webhooks", "/v1/keys"} <= {
        body.path for body in BODIES
    }
    jobs = next(body for body in BODIES if body.path == "/v1/fine_tuning/jobs")
    assert len(fields_where(jobs, is_number)) > 40
    assert ("method", "soft_prompt", "init", "text") in [
        field.path for field in fields_where(jobs, is_text)
    ]


class TestExamples:
    @ROUTES
    def test_what_the_document_shows_is_taken(self, door: Door, body: Body) -> None:
        path, valid = _valid(door, body)
        response = door.client.post(path, json=valid)
        assert response.status_code == 200, response.text


class TestNumbers:
    @ROUTES
    def test_what_is_no_finite_number_is_refused(self, door: Door, body: Body) -> None:
        """With the field's name, or that of the one group that does not belong there at all."""
        path, valid = _valid(door, body)
        jobs = door.count(Job)
        for field in fields_where(body, is_number):
            text = json.dumps(field.put(valid, "NUMBER"))
            for number in ("NaN", "-Infinity", "1e999"):
                response = _post(door, path, text.replace('"NUMBER"', number))
                assert response.status_code == 422, (field.path, number, response.text)
                assert response.json()["error"]["param"] == _named(body, field)
        assert door.count(Job) == jobs


def _named(body: Body, field: Field) -> str:
    """An experiment's arms have the regularisers: no other one is looked into."""
    if body is EXPERIMENTS and field.path[: len(MISPLACED)] == MISPLACED:
        return ".".join(MISPLACED)
    return ".".join(map(str, field.path))


class TestTexts:
    @ROUTES
    def test_a_path_or_a_header_in_a_text_stays_a_text(
        self, door: Door, body: Body, tmp_path: Path
    ) -> None:
        path, valid = _valid(door, body)
        before = {key for key, _ in door.service.artifacts.listing()}
        for field in fields_where(body, is_text):
            for text in TEXTS:
                response = door.client.post(path, json=field.put(valid, text))
                assert response.status_code in (200, 404, 422, 429), (field.path, response.text)
                assert "x-evil" not in response.headers
                assert "root:" not in response.text
        after = {key for key, _ in door.service.artifacts.listing()}
        assert after == before


class TestMassAssignment:
    @ROUTES
    def test_nothing_but_what_is_asked_for_can_be_set(self, door: Door, body: Body) -> None:
        """Neither what the answer shows nor any column of the database."""
        path, valid = _valid(door, body)
        forbidden = (properties_of(body.answer) | COLUMNS) - properties_of(body.request)
        assert "project_id" in forbidden
        jobs = door.count(Job)
        for name in sorted(forbidden):
            refused(door.client.post(path, json={**valid, name: "x"}), 422, name)
        assert door.count(Job) == jobs


class TestSize:
    @ROUTES
    @pytest.mark.parametrize("text", ["[" * 30_000, '{"a":' * 10_000], ids=["lists", "objects"])
    def test_deep_json_is_refused(self, door: Door, body: Body, text: str) -> None:
        assert _post(door, body.path, text).status_code in (400, 422)

    @ROUTES
    def test_a_long_body_is_refused(self, door: Door, body: Body) -> None:
        refused(door.client.post(body.path, json={"model": "x" * 70_000}), 413)
