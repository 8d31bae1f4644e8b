"""Every refusal in one shape, and nothing of a fault shown."""

import logging

import pytest
from fastapi.testclient import TestClient
from psycopg.errors import ConnectionTimeout, DeadlockDetected
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.app import create_app
from api.errors import refusal_of
from store.files import Files
from store.settings import Settings
from tests.api.support import JOBS, Door, refused


class TestRouting:
    def test_an_unknown_route_is_not_found(self, door: Door) -> None:
        refused(door.client.get("/v1/nothing"), 404)

    def test_an_unknown_method_is_not_allowed(self, door: Door) -> None:
        response = door.client.request("OPTIONS", "/v1/files/file-x")
        refused(response, 405)
        assert response.headers["allow"] == "DELETE, GET"

    def test_an_unknown_query_parameter_is_refused(self, door: Door) -> None:
        assert "no such query parameter" in refused(
            door.client.get("/v1/files?limt=5"), 422, "limt"
        )

    @pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "NaN", "99999999999999999999"])
    def test_a_limit_out_of_range_is_refused(self, door: Door, limit: str) -> None:
        refused(door.client.get("/v1/files", params={"limit": limit}), 422, "limit")

    def test_an_unknown_cursor_is_not_found(self, door: Door) -> None:
        refused(door.client.get("/v1/files?after=file-nothing"), 404)

    @pytest.mark.parametrize("path", ["%00", "..%2f..%2fetc", "a b", "%ff", "é", "x" * 300])
    def test_a_path_that_is_no_id_is_not_found(self, door: Door, path: str) -> None:
        refused(door.client.get(f"/v1/files/{path}"), 404)

    def test_a_cursor_with_a_nul_is_refused(self, door: Door) -> None:
        refused(door.client.get("/v1/files?after=%00"), 422, "after")


class TestBodies:
    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b"\xff", b"[" * 60_000, b'{"a":' * 10_000, b"nonsense", b"1" * 60_000],
        ids=["empty", "cut", "not UTF-8", "deep list", "deep object", "no JSON", "long number"],
    )
    def test_what_is_no_object_is_refused(self, door: Door, body: bytes) -> None:
        headers = {"Content-Type": "application/json"}
        response = door.client.post(JOBS, content=body, headers=headers)
        assert response.status_code in (400, 422), response.text
        refused(response, response.status_code)

    def test_a_body_without_a_content_type_is_refused(self, door: Door) -> None:
        refused(door.client.post(JOBS, content=b'{"model": "tiny"}'), 422)

    def test_a_body_over_the_limit_is_refused(self, door: Door) -> None:
        response = door.client.post(JOBS, json={"model": "x" * 70_000})
        assert "65536" in refused(response, 413)

    def test_a_streamed_body_over_the_limit_is_refused(self, door: Door) -> None:
        response = door.client.post(JOBS, content=iter([b"x" * 1000] * 70))
        assert "65536" in refused(response, 413)

    @pytest.mark.parametrize("length", ["-1", "1e3", "nonsense", "²"])
    def test_a_nonsensical_length_does_no_harm(self, door: Door, length: str) -> None:
        headers = {"Content-Length": length.encode(), "Content-Type": "application/json"}
        response = door.client.post(JOBS, content=b"{}", headers=headers)
        refused(response, 422, "model")


class TestFaults:
    def test_a_fault_is_logged_and_hidden(
        self, door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail(*_: object) -> None:
            raise RuntimeError("the secret of the house")

        monkeypatch.setattr(Files, "page", fail)
        with caplog.at_level(logging.ERROR):
            response = door.client.get("/v1/files")
        message = refused(response, 500)
        request_id = response.headers["x-request-id"]
        assert request_id in message
        assert request_id in caplog.text
        assert "secret of the house" not in response.text
        assert response.json()["error"]["type"] == "server_error"

    def test_every_answer_has_an_id_of_its_own(self, door: Door) -> None:
        ids = {door.client.get("/v1/files").headers["x-request-id"] for _ in range(3)}
        assert len(ids) == 3


class TestHealth:
    def test_it_lives(self, door: Door) -> None:
        assert TestClient(door.client.app).get("/livez").json() == {"status": "ok"}

    def test_it_is_ready(self, door: Door) -> None:
        response = TestClient(door.client.app).get("/readyz")
        assert response.status_code == 200
        assert set(response.json().values()) == {"ok"}

    def test_it_is_not_ready_without_a_database(self, settings: Settings) -> None:
        away = settings.model_copy(
            update={"database_url": "postgresql+psycopg://u:hunter2@127.0.0.1:1/none"}
        )
        with TestClient(create_app(away)) as client:
            response = client.get("/readyz")
            assert response.status_code == 503
            assert response.json()["database"] == "away"
            assert "hunter2" not in response.text
            headers = {"Authorization": "Bearer tsl_key"}
            refusal = client.get("/v1/files", headers=headers)
            refused(refusal, 503)
            assert refusal.headers["retry-after"]

    def test_without_redis_it_still_takes_jobs(self, settings: Settings) -> None:
        away = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})
        app = create_app(away)
        with TestClient(app) as client:
            response = client.get("/readyz")
            assert response.status_code == 200
            assert response.json()["redis"] == "away"
            assert Door.open(app).job()["status"] == "queued"


class TestRefusalOf:
    def test_what_the_database_said_is_logged_and_not_what_it_was_asked(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        said = DeadlockDetected("deadlock detected")
        refusal = refusal_of(OperationalError("UPDATE jobs", {"name": "private"}, said))
        assert refusal is not None
        assert (refusal.status_code, refusal.code) == (503, "unavailable")
        assert "deadlock detected" in caplog.text
        assert "private" not in caplog.text

    @pytest.mark.parametrize(
        ("error", "told"),
        [
            (OperationalError("SELECT", {}, DeadlockDetected("deadlock")), "Send it again"),
            (OperationalError("SELECT", {}, ConnectionTimeout("late")), "not reachable"),
            (PoolTimeoutError("QueuePool limit"), "in use"),
        ],
    )
    def test_a_database_that_fails_says_whether_it_is_away(
        self, error: Exception, told: str
    ) -> None:
        refusal = refusal_of(error)
        assert refusal is not None
        assert (refusal.status_code, refusal.code) == (503, "unavailable")
        assert told in refusal.detail
