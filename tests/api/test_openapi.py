"""The OpenAPI document that clients are generated from."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from api.openapi import document
from tests.api.support import Door

SNAPSHOT = Path("docs/openapi.json")


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    return json.loads(document())


def _operations(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in spec["paths"].values() for operation in path.values()]


def test_the_snapshot_is_up_to_date() -> None:
    assert document() == SNAPSHOT.read_text("utf-8"), (
        "the interface changed; if that is meant: make docs"
    )


def test_operation_ids_are_unique(spec: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in _operations(spec)]
    assert len(set(ids)) == len(ids)


def test_every_error_is_typed(spec: dict[str, Any]) -> None:
    for operation in _operations(spec):
        for status, response in operation["responses"].items():
            if status >= "400" and operation["tags"] != ["health"]:
                schema = response["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ErrorBody"}, operation


def test_what_may_be_unchanged_is_said_to_answer_304(spec: dict[str, Any]) -> None:
    conditional = [
        operation
        for operation in _operations(spec)
        if "`If-None-Match`, 304" in operation.get("description", "")
    ]
    assert len(conditional) == 3
    for operation in conditional:
        assert "304" in operation["responses"], operation["operationId"]


def _shown(spec: dict[str, Any]) -> set[str]:
    """Return the schemas of every JSON body that is sent or answered, those of lists' items."""
    names = set()
    for operation in _operations(spec):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for body in bodies:
            schema = body.get("content", {}).get("application/json", {}).get("schema", {})
            names.add(schema.get("$ref", "").rpartition("/")[2])
    schemas = spec["components"]["schemas"]
    lists = {name for name in names if name.startswith("ListOf_")}
    items = {schemas[name]["properties"]["data"]["items"]["$ref"] for name in lists}
    return (names - lists - {""}) | {item.rpartition("/")[2] for item in items}


def test_whatever_is_sent_or_answered_is_shown_by_a_valid_example(spec: dict[str, Any]) -> None:
    shown = _shown(spec) - {"Liveness", "Readiness"}
    assert {"CreateJob", "JobObject", "StepObject", "ErrorBody"} <= shown
    for name in shown:
        schema = {"$ref": f"#/components/schemas/{name}", "components": spec["components"]}
        (example,) = spec["components"]["schemas"][name]["examples"]
        jsonschema_rs.validate(schema, example)


def test_links_name_operations_and_their_parameters(spec: dict[str, Any]) -> None:
    known = {
        operation["operationId"]: {part["name"] for part in operation.get("parameters", [])}
        for operation in _operations(spec)
    }
    links = [
        link
        for operation in _operations(spec)
        for link in operation["responses"]["200"].get("links", {}).values()
    ]
    assert len(links) >= 15
    for link in links:
        assert set(link["parameters"]) <= known[link["operationId"]]


def test_every_route_but_two_asks_for_a_key(spec: dict[str, Any]) -> None:
    open_ids = {op["operationId"] for op in _operations(spec) if "security" not in op}
    assert open_ids == {"livez", "readyz"}


def test_it_is_served_to_those_with_a_key(door: Door, spec: dict[str, Any]) -> None:
    assert door.get("/v1/openapi.json") == spec
