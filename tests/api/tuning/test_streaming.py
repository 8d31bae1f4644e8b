"""The event stream over a real socket."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, func, text

from api.app import create_app
from api.security import still_admitted
from store.schema import ApiKey
from store.settings import Settings
from tests.api.support import JOBS, Door, ok, refused
from tests.support.polling import wait_for
from tests.support.running import Running

HELD = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
"""Sessions that wait inside a transaction."""

Message = tuple[str, int | None, Any]


@pytest.fixture
def live(server: Running, door: Door) -> Iterator[httpx.Client]:
    """The door's project at the server of its own process."""
    headers = {"Authorization": f"Bearer {door.key}"}
    with httpx.Client(base_url=server.base_url, headers=headers, timeout=20) as client:
        yield client


def _messages(lines: Iterator[str]) -> Iterator[Message]:
    """Read server-sent events; comments are no messages."""
    fields: dict[str, str] = {}
    for line in lines:
        if line == "" and fields:
            number = fields.get("id")
            yield fields["event"], int(number) if number else None, json.loads(fields["data"])
            fields = {}
        elif line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value


def _end(how: str, door: Door, client: TestClient, key_id: str) -> None:
    """Let a key, or the session that was opened with it, end."""
    if how == "revoked":
        ok(door.client.delete(f"/v1/keys/{key_id}"))
    elif how == "signed out":
        ok(client.delete("/v1/session", headers={"Origin": "https://testserver"}))
    else:
        with door.service.database.transaction() as session:
            session.get_one(ApiKey, key_id).expires_at = func.clock_timestamp()


class TestStream:
    def test_it_tells_what_was_and_what_comes_and_ends_with_the_job(
        self, live: httpx.Client, door: Door
    ) -> None:
        run = door.run(door.job()["id"])
        with live.stream("GET", f"{JOBS}/{run.key.job_id}/events/stream") as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            messages = _messages(response.iter_lines())
            numbers = [next(messages)[1] for _ in range(3)]
            assert next(messages)[0] == "progress"
            run.record_steps({}, {"phase": "training", "step": 3}, trained_tokens=0)
            name, number, position = next(messages)
            assert (name, number, position["status"]) == ("progress", None, "running")
            assert (position["progress"]["phase"], position["progress"]["step"]) == ("training", 3)
            run.record_event("Epoch 1 begins")
            name, number, event = next(messages)
            assert (name, event["message"], event["number"]) == ("event", "Epoch 1 begins", number)
            assert next(messages)[0] == "progress"
            door.succeed(run)
            assert next(messages)[2]["message"] == "The job has successfully completed"
            last = next(messages)
            assert (last[0], last[2]["status"]) == ("done", "succeeded")
            assert list(messages) == []
        assert [*numbers, number] == [1, 2, 3, 4]

    def test_it_goes_on_after_the_last_event_id(self, live: httpx.Client, door: Door) -> None:
        job_id = door.job()["id"]
        live.post(f"{JOBS}/{job_id}/cancel")
        path = f"{JOBS}/{job_id}/events/stream"
        with live.stream("GET", path, headers={"Last-Event-ID": "1"}) as response:
            told = [(name, number) for name, number, _ in _messages(response.iter_lines())]
        assert told == [("event", 2), ("done", None)]

    def test_many_listeners_hear_the_same(self, live: httpx.Client, door: Door) -> None:
        run = door.run(door.job()["id"])
        path = f"{JOBS}/{run.key.job_id}/events/stream"
        with live.stream("GET", path) as one, live.stream("GET", path) as other:
            streams = [_messages(response.iter_lines()) for response in (one, other)]
            for messages in streams:
                assert [next(messages)[0] for _ in range(4)][-1] == "progress"
            run.record_event("said once")
            for messages in streams:
                assert next(messages)[2]["message"] == "said once"

    def test_more_listeners_than_connections_hold_none(
        self, live: httpx.Client, door: Door, server: Running
    ) -> None:
        """The pool has 20 connections; 40 streams are open, and other requests are answered."""
        run = door.run(door.job()["id"])
        path = f"{JOBS}/{run.key.job_id}/events/stream"
        engine = create_engine(server.settings["TSLOSS_DATABASE_URL"])
        limits = httpx.Limits(max_connections=60)
        with (
            ExitStack() as stack,
            httpx.Client(
                base_url=live.base_url, headers=live.headers, limits=limits, timeout=20
            ) as many,
        ):
            opened = [stack.enter_context(many.stream("GET", path)) for _ in range(40)]
            streams = [_messages(response.iter_lines()) for response in opened]
            for messages in streams:
                assert [next(messages)[0] for _ in range(4)][-1] == "progress"
            assert many.get(f"{JOBS}/{run.key.job_id}").status_code == 200
            run.record_event("said to all")
            for messages in streams:
                assert next(messages)[2]["message"] == "said to all"
            with engine.connect() as connection:
                assert connection.scalar(text(HELD)) == 0
        engine.dispose()

    def test_over_the_limit_of_streams_there_is_a_time_to_come_back(
        self, settings: Settings, door: Door
    ) -> None:
        app = create_app(settings.model_copy(update={"max_streams": 2}))
        headers = {"Authorization": f"Bearer {door.key}"}
        job_id = door.job()["id"]
        path = f"{JOBS}/{job_id}/events/stream"
        with TestClient(app, headers=headers) as client, ThreadPoolExecutor(1) as one:
            opened = one.submit(client.get, path)
            wait_for(lambda: app.state.service.streams.count == 1, "the stream to open")
            response = client.get(path)
            assert "2 is over the limit of 1" in refused(response, 429)
            assert response.headers["retry-after"]
            ok(door.client.post(f"{JOBS}/{job_id}/cancel"))
            assert "event: done" in opened.result(20).text
            assert client.get(path).status_code == 200

    @pytest.mark.parametrize("ends", ["revoked", "expired", "signed out"])
    def test_it_ends_with_what_admitted_it(
        self, settings: Settings, door: Door, monkeypatch: pytest.MonkeyPatch, ends: str
    ) -> None:
        monkeypatch.setattr("api.streams.CHECK_SECONDS", 0.1)
        path = f"{JOBS}/{door.job()['id']}/events/stream"
        made = ok(door.client.post("/v1/keys", json={"name": "listener"}))
        app = create_app(settings)
        with TestClient(app, base_url="https://testserver") as client, ThreadPoolExecutor(1) as one:
            bearer = {"Authorization": f"Bearer {made['key']}"}
            if ends == "signed out":
                ok(client.post("/v1/session", headers=bearer))
                bearer = {}
            answer = one.submit(client.get, path, headers=bearer)
            wait_for(lambda: app.state.service.streams.count == 1, "the stream to open")
            _end(ends, door, client, made["id"])
            text_ = answer.result(20).text
        assert "event: progress" in text_
        assert "event: done" not in text_

    def test_it_goes_on_while_the_key_is_valid(
        self, settings: Settings, door: Door, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("api.streams.CHECK_SECONDS", 0.01)
        run = door.run(door.job()["id"])
        checked = threading.Semaphore(0)

        def counting(*given: Any) -> bool:
            checked.release()
            return still_admitted(*given)

        monkeypatch.setattr("api.tuning.streaming.still_admitted", counting)
        headers = {"Authorization": f"Bearer {door.key}"}
        with (
            TestClient(create_app(settings), headers=headers) as client,
            ThreadPoolExecutor(1) as one,
        ):
            answer = one.submit(client.get, f"{JOBS}/{run.key.job_id}/events/stream")
            for _ in range(3):
                assert checked.acquire(timeout=20)
            door.succeed(run)
            assert "event: done" in answer.result(20).text

    def test_a_bad_position_or_another_projects_job_is_refused(
        self, live: httpx.Client, door: Door, stranger: Door
    ) -> None:
        path = f"{JOBS}/{door.job()['id']}/events/stream"
        refused(live.get(path, headers={"Last-Event-ID": "x"}), 422, "last-event-id")
        refused(stranger.client.get(path), 404)
