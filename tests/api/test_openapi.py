"""The OpenAPI document that clients are generated from."""

import json
from pathlib import Path
from typing import Any

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
        "the interface changed; if that is meant: python -m api.openapi > docs/openapi.json"
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


def test_every_route_but_two_asks_for_a_key(spec: dict[str, Any]) -> None:
    open_ids = {op["operationId"] for op in _operations(spec) if "security" not in op}
    assert open_ids == {"livez", "readyz"}


def test_it_is_served_to_those_with_a_key(door: Door, spec: dict[str, Any]) -> None:
    assert door.get("/v1/openapi.json") == spec
