"""The event stream over a real socket."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text

from api.app import create_app
from store.settings import Settings
from tests.api.support import JOBS, Door, refused
from tests.support.running import Running

HELD = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
"""Sessions that wait inside a transaction."""

Message = tuple[str, int | None, Any]


@pytest.fixture
def live(server: Running, door: Door) -> Iterator[httpx.Client]:
    """The door's project at the server of its own process."""
    headers = {"Authorization": f"Bearer {door.key}"}
    with httpx.Client(
        base_url=f"http://127.0.0.1:{server.port}", headers=headers, timeout=20
    ) as client:
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
            run.record_progress({"phase": "training", "step": 3})
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
        app = create_app(settings.model_copy(update={"max_streams": 0}))
        with TestClient(app) as client:
            headers = {"Authorization": f"Bearer {door.key}"}
            response = client.get(f"{JOBS}/{door.job()['id']}/events/stream", headers=headers)
            refused(response, 503)
            assert response.headers["retry-after"]

    def test_a_bad_position_or_another_projects_job_is_refused(
        self, live: httpx.Client, door: Door, stranger: Door
    ) -> None:
        path = f"{JOBS}/{door.job()['id']}/events/stream"
        refused(live.get(path, headers={"Last-Event-ID": "x"}), 422, "last-event-id")
        refused(stranger.client.get(path), 404)
