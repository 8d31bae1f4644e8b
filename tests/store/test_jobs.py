"""Jobs as their project sees them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from store.database import Database
from store.errors import LimitError, NotFoundError, SourceGoneError
from store.files import Files
from store.ids import new_id
from store.jobs import JobFilter, Jobs
from store.projects import get_or_create_project
from store.schema import Job, Project
from tests.store.conftest import Board, RecordingBell


class TestCreate:
    def test_the_bell_rings_after_the_commit(self, board: Board, bell: RecordingBell) -> None:
        board.add()
        assert bell.rung == [board.queue]

    def test_a_rolled_back_job_rings_no_bell(
        self, database: Database, project: Project, bell: RecordingBell
    ) -> None:
        with pytest.raises(RuntimeError), database.transaction() as session:
            Jobs(session, project.id, "tuning").create(Job(queue="q", spec={}, metadata_={}), 10)
            raise RuntimeError
        assert bell.rung == []

    def test_too_many_unfinished_jobs_are_refused(self, board: Board) -> None:
        board.add()
        with board.database.transaction() as session, pytest.raises(LimitError, match="limit of 1"):
            jobs = Jobs(session, board.project.id, "tuning")
            jobs.create(Job(queue=board.queue, spec={}, metadata_={}), max_queued_jobs=1)

    def test_requests_at_once_get_no_more_than_the_limit(self, board: Board) -> None:
        def create(_: int) -> bool:
            job = Job(queue=board.queue, spec={}, metadata_={})
            try:
                with board.database.transaction() as session:
                    Jobs(session, board.project.id, "tuning").create(job, max_queued_jobs=3)
            except LimitError:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(create, range(16))) == 3


class TestGet:
    def test_another_project_sees_nothing(self, board: Board) -> None:
        job = board.add()
        with board.database.transaction() as session:
            stranger = get_or_create_project(session, new_id("proj"))
            with pytest.raises(NotFoundError):
                Jobs(session, stranger.id, "tuning").get(job.id)

    def test_an_analysis_is_no_tuning_job(self, board: Board) -> None:
        job = board.add(kind="analysis")
        with board.database.transaction() as session, pytest.raises(NotFoundError):
            Jobs(session, board.project.id, "tuning").get(job.id)


class TestPage:
    def test_pages_follow_each_other_newest_first(self, board: Board) -> None:
        ids = [board.add().id for _ in range(5)]
        seen: list[str] = []
        after: str | None = None
        more = True
        while more:
            with board.database.transaction() as session:
                page = Jobs(session, board.project.id, "tuning").page(JobFilter(), after, 2)
            seen += [job.id for job in page.rows]
            after, more = seen[-1], page.has_more
        assert seen == ids[::-1]

    def test_a_foreign_cursor_is_not_found(self, board: Board) -> None:
        job = board.add()
        with board.database.transaction() as session:
            stranger = get_or_create_project(session, new_id("proj"))
            with pytest.raises(NotFoundError):
                Jobs(session, stranger.id, "tuning").page(JobFilter(), job.id, 10)

    def test_a_job_that_left_the_filter_still_marks_its_place(self, board: Board) -> None:
        oldest, middle, _ = [board.add() for _ in range(3)]
        board.ask(middle, "request_cancel")
        queued = JobFilter(status="queued")
        with board.database.transaction() as session:
            page = Jobs(session, board.project.id, "tuning").page(queued, middle.id, 10)
        assert [job.id for job in page.rows] == [oldest.id]

    def test_a_status_narrows_the_list(self, board: Board) -> None:
        board.add()
        board.add()
        board.run()
        with board.database.transaction() as session:
            page = Jobs(session, board.project.id, "tuning").page(
                JobFilter(status="queued"), None, 10
            )
        assert len(page.rows) == 1


class TestRetry:
    def _failed(self, board: Board, **fields: Any) -> Job:
        job = Job(queue=board.queue, metadata_={}, **{"spec": {}, **fields})
        kind = "analysis" if "inputs" in job.spec else "tuning"
        with board.database.transaction() as session:
            Jobs(session, board.project.id, kind).create(job, max_queued_jobs=1000)
        board.run().fail("timeout", "too long")
        return job

    def _refusal(self, board: Board, job: Job) -> SourceGoneError:
        with pytest.raises(SourceGoneError) as refused:
            board.ask(job, "retry")
        assert board.read(job.id).status == "failed"
        return refused.value

    def test_it_counts_among_the_unfinished_jobs(self, board: Board) -> None:
        job = self._failed(board)
        board.add()
        with board.database.transaction() as session, pytest.raises(LimitError, match="limit of 1"):
            Jobs(session, board.project.id, "tuning").retry(job.id, max_queued_jobs=1)
        board.ask(job, "retry")
        assert board.read(job.id).status == "queued"

    def test_one_whose_files_are_there_is_queued(self, board: Board) -> None:
        with board.database.transaction() as session:
            files = Files(session, board.project.id)
            file = files.add("fine-tune", "a", 1, 1, new_id("file"), max_storage_bytes=9)
        job = self._failed(board, training_file_id=file.id, validation_file_id=file.id)
        board.ask(job, "retry")
        assert board.read(job.id).status == "queued"

    @pytest.mark.parametrize(
        ("fields", "param"),
        [
            ({"training_file_id": "file-gone"}, "training_file"),
            ({"validation_file_id": "file-gone"}, "validation_file"),
            (
                {"spec": {"init": {"type": "checkpoint", "id": "ftckpt-gone"}}},
                "method.soft_prompt.init.id",
            ),
            ({"spec": {"inputs": [{"point_cloud_file": "file-gone"}]}}, "point_cloud_file"),
            ({"spec": {"inputs": [{"fine_tuning_job": "ftjob-gone"}]}}, "fine_tuning_job"),
        ],
    )
    def test_what_it_read_and_is_gone_is_named(
        self, board: Board, fields: dict[str, Any], param: str
    ) -> None:
        assert self._refusal(board, self._failed(board, **fields)).param == param

    def test_the_input_of_an_analysis_of_several_is_named(self, board: Board) -> None:
        of_job = {"fine_tuning_job": board.add().id}
        board.run().fail("timeout", "too long")
        chosen = {"fine_tuning_job": of_job["fine_tuning_job"], "checkpoints": ["ftckpt-gone"]}
        job = self._failed(board, spec={"inputs": [of_job, chosen]})
        gone = self._refusal(board, job)
        assert (gone.kind, gone.param) == ("checkpoint", "inputs.1.checkpoints")

    def test_the_job_of_another_project_is_not_there(self, board: Board) -> None:
        with board.database.transaction() as session:
            stranger = get_or_create_project(session, new_id("proj"))
        source = board.add(stranger)
        board.run().fail("timeout", "too long")
        job = self._failed(board, spec={"inputs": [{"fine_tuning_job": source.id}]})
        assert self._refusal(board, job).kind == "job"
