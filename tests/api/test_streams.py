"""The poller behind the event streams."""

import asyncio

import pytest

from api.streams import News, Streams
from store.following import marks_of
from tests.api.support import Door
from tests.support.faulty import raising_once


class TestPoll:
    def test_a_round_that_fails_is_logged_and_the_next_one_tells(
        self, door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        run = door.run(door.job()["id"])
        streams = Streams(door.service.database, 1)

        async def listen() -> News | None:
            async with streams.running():
                with streams.listening(run.key.job_id, lambda: True) as listener:
                    await streams.backlog(run.key.job_id, 0)
                    monkeypatch.setattr("api.streams.marks_of", raising_once(marks_of))
                    run.record_event("said after the fault")
                    return await asyncio.wait_for(listener.queue.get(), 20)

        news = asyncio.run(listen())
        assert news is not None
        assert [event.message for event in news.events] == ["said after the fault"]
        assert "ZeroDivisionError" in caplog.text
