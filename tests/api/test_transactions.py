"""What an answer tells of is committed before it is sent."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from store.schema import File, Job
from tests.api.support import ROW, Door, jsonl, refused


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
