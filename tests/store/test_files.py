"""Files and who still needs them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from store.errors import ConflictError, LimitError, NotFoundError
from store.files import Files
from store.ids import new_id
from store.jobs import Jobs
from store.schema import File, Job
from tests.store.conftest import Board


def _add(board: Board, size: int = 3) -> File:
    with board.database.transaction() as session:
        return Files(session, board.project.id).add(
            "fine-tune", "a.jsonl", size, 1, new_id("file"), max_storage_bytes=10
        )


class TestAdd:
    def test_uploads_at_once_take_no_more_than_the_room(self, board: Board) -> None:
        def add(_: int) -> str:
            try:
                return _add(board).id
            except LimitError:
                return "refused"

        with ThreadPoolExecutor(8) as pool:
            done = list(pool.map(add, range(16)))
        assert done.count("refused") == 13


class TestDelete:
    def test_an_unused_file_goes(self, board: Board) -> None:
        file = _add(board)
        with board.database.transaction() as session:
            Files(session, board.project.id).delete(file.id)
        with board.database.transaction() as session, pytest.raises(NotFoundError):
            Files(session, board.project.id).get(file.id)

    def test_a_file_of_an_unfinished_job_stays(self, board: Board) -> None:
        file = _add(board)
        job = Job(queue=board.queue, spec={}, metadata_={}, training_file_id=file.id)
        with board.database.transaction() as session:
            Jobs(session, board.project.id, "tuning").create(job, 10)
        with board.database.transaction() as session, pytest.raises(ConflictError, match=job.id):
            Files(session, board.project.id).delete(file.id)

    def test_a_file_of_a_finished_job_goes(self, board: Board) -> None:
        file = _add(board)
        job = Job(queue=board.queue, spec={}, metadata_={}, training_file_id=file.id)
        with board.database.transaction() as session:
            jobs = Jobs(session, board.project.id, "tuning")
            jobs.create(job, 10)
            jobs.request_cancel(job.id)
        with board.database.transaction() as session:
            Files(session, board.project.id).delete(file.id)
