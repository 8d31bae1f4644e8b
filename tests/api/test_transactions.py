"""What an answer tells of is committed before it is sent; who rings then holds nobody up."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from api.app import create_app
from api.state import MAX_RINGERS
from store.bell import Bell
from store.schema import File, Job
from store.settings import Settings
from tests.api.support import JOBS, ROW, Door, jsonl, refused
from tests.support.polling import wait_for

POSTS = 50
"""More than the threads that requests run in."""


@dataclass
class HangingBell(Bell):
    """Stands for a Redis that hangs until it is released."""

    begun: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def ring(self, queue: str) -> None:
        self.begun.append(queue)
        self.released.wait(30)


@pytest.fixture
def served(settings: Settings) -> Iterator[Door]:
    """A door whose requests share one event loop, as those of a server do."""
    app = create_app(settings.model_copy(update={"max_queued_jobs": POSTS}))
    with TestClient(app) as client:
        door = replace(Door.open(app), client=client)
        client.headers["Authorization"] = f"Bearer {door.key}"
        yield door


@pytest.fixture
def failing_commit() -> Iterator[None]:
    """The commit of whatever inserts a job or a file fails."""

    def note(session: Session, *_: object) -> None:
        if any(isinstance(row, Job | File) for row in session.new):
            session.info["inserts"] = True

    def fail(session: Session) -> None:
        if session.info.get("inserts"):
            raise RuntimeError("the commit failed")

    event.listen(Session, "before_flush", note)
    event.listen(Session, "before_commit", fail)
    yield
    event.remove(Session, "before_flush", note)
    event.remove(Session, "before_commit", fail)


class TestCommit:
    def test_no_success_is_told_of_a_commit_that_fails(
        self, door: Door, request: pytest.FixtureRequest
    ) -> None:
        file_id = door.file()
        request.getfixturevalue("failing_commit")
        refused(door.post_job(training_file=file_id), 500)
        assert door.count(Job) == 0

    def test_a_file_whose_row_fails_is_no_success(self, door: Door, failing_commit: None) -> None:
        refused(door.upload(jsonl(ROW)), 500)
        assert door.count(File) == 0


class TestBell:
    def test_while_it_hangs_other_requests_are_answered(
        self, served: Door, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bell, file_id = HangingBell(), served.file()
        monkeypatch.setattr(served.service.database, "_bell", bell)
        with ThreadPoolExecutor(POSTS) as pool:
            try:
                posts = [pool.submit(served.post_job, training_file=file_id) for _ in range(POSTS)]
                wait_for(lambda: len(served.get(f"{JOBS}?limit=100")["data"]) == POSTS, "all jobs")
                wait_for(lambda: len(bell.begun) == MAX_RINGERS, "bells")
                assert not any(post.done() for post in posts)
            finally:
                bell.released.set()
        assert {post.result().status_code for post in posts} == {200}
