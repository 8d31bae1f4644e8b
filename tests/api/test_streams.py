"""The poller behind the event streams."""

import asyncio
from contextlib import ExitStack

import pytest

from api.streams import News, Streams
from store.errors import LimitError
from store.following import marks_of
from tests.api.support import Door
from tests.support.faulty import raising_once
from tests.support.threads import in_a_thread


class TestCheckRoom:
    def test_one_project_takes_half_and_all_together_the_rest(self, door: Door) -> None:
        streams = Streams(door.service.database, 4)
        with ExitStack() as opened:
            for project in ("one", "one", "other"):
                opened.enter_context(streams.listening(project, "ftjob-1", lambda: True))
            with pytest.raises(LimitError, match="of the project: 3 is over the limit of 2"):
                streams.check_room("one")
            streams.check_room("other")
            opened.enter_context(streams.listening("third", "ftjob-1", lambda: True))
            with pytest.raises(LimitError, match="of this process: 5 is over the limit of 4"):
                streams.check_room("fourth")
        streams.check_room("one")


class TestPoll:
    def test_a_round_that_fails_is_logged_and_the_next_one_tells(
        self, door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        run = door.run(door.job()["id"])
        streams = Streams(door.service.database, 1)

        async def listen() -> News | None:
            async with streams.running():
                with streams.listening("proj", run.key.job_id, lambda: True) as listener:
                    await streams.backlog(run.key.job_id, 0)
                    monkeypatch.setattr("api.streams.marks_of", raising_once(marks_of))
                    run.record_event("said after the fault")
                    return await asyncio.wait_for(listener.queue.get(), 20)

        news = in_a_thread(lambda: asyncio.run(listen()))
        assert news is not None
        assert [event.message for event in news.events] == ["said after the fault"]
        assert "ZeroDivisionError" in caplog.text
