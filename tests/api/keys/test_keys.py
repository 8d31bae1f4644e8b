"""Keys over HTTP."""

from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.app import create_app
from store.settings import Settings
from tests.api.support import Door, ok, refused

KEYS = "/v1/keys"


def _status(app: FastAPI, key: str, path: str = "/v1/files") -> int:
    return TestClient(app, headers={"Authorization": f"Bearer {key}"}).get(path).status_code


class TestCreate:
    def test_the_key_is_told_once_and_opens_its_project(self, app: FastAPI, door: Door) -> None:
        made = ok(door.client.post(KEYS, json={"name": "ci", "scopes": ["read"]}))
        assert _status(app, made["key"]) == 200
        assert _status(app, made["key"], KEYS) == 403
        assert made["hint"] == made["key"][-4:]
        assert made["key"] not in door.client.get(KEYS).text

    def test_an_expiry_is_kept(self, door: Door) -> None:
        made = ok(door.client.post(KEYS, json={"name": "ci", "expires_in": 3600}))
        assert made["expires_at"] - made["created_at"] in (3599, 3600)

    def test_a_bad_request_names_its_field(self, door: Door) -> None:
        refused(door.client.post(KEYS, json={"name": "x", "scopes": []}), 422, "scopes")
        refused(door.client.post(KEYS, json={"name": "x", "scopes": ["root"]}), 422, "scopes.0")
        refused(door.client.post(KEYS, json={"name": "a\nb"}), 422, "name")
        refused(door.client.post(KEYS, json={"name": "x", "project_id": "p"}), 422, "project_id")


class TestList:
    def test_the_last_use_is_told(self, app: FastAPI, door: Door) -> None:
        made = ok(door.client.post(KEYS, json={"name": "ci"}))
        assert made["last_used_at"] is None
        _status(app, made["key"])
        listed = {key["id"]: key["last_used_at"] for key in door.get(KEYS)["data"]}
        assert listed[made["id"]] >= made["created_at"]

    def test_newest_first_in_pages(self, door: Door) -> None:
        made = [ok(door.client.post(KEYS, json={"name": str(n)}))["id"] for n in range(2)]
        first = door.get(KEYS, limit=1)
        assert ([key["id"] for key in first["data"]], first["has_more"]) == ([made[1]], True)
        second = door.get(KEYS, limit=1, after=made[1])
        assert [key["id"] for key in second["data"]] == [made[0]]


class TestRotation:
    def test_a_key_outlives_the_secret_it_was_made_under(
        self, settings: Settings, app: FastAPI, door: Door
    ) -> None:
        made = ok(door.client.post(KEYS, json={"name": "ci"}))
        change: dict[str, Any] = {
            "secret_key": SecretStr("t" * 32),
            "previous_secret_keys": [settings.secret_key],
        }
        with TestClient(create_app(settings.model_copy(update=change))) as client:
            headers = {"Authorization": f"Bearer {made['key']}"}
            assert client.get("/v1/files", headers=headers).status_code == 200
        change["previous_secret_keys"] = []
        with TestClient(create_app(settings.model_copy(update=change))) as client:
            assert client.get("/v1/files", headers=headers).status_code == 200
            other = {"Authorization": f"Bearer {door.key}"}
            assert client.get("/v1/files", headers=other).status_code == 401


class TestRevoke:
    def test_it_ends_at_once_and_stays_in_the_list(self, app: FastAPI, door: Door) -> None:
        made = ok(door.client.post(KEYS, json={"name": "ci"}))
        assert ok(door.client.delete(f"{KEYS}/{made['id']}"))["deleted"] is True
        assert _status(app, made["key"]) == 401
        listed = {key["id"]: key["revoked_at"] for key in door.get(KEYS)["data"]}
        assert listed[made["id"]] is not None
