"""What a job reads from stays for it, also when creation and deletion happen at once."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from api.analyses.create import queue_analysis
from api.analyses.schemas import CreateAnalysis
from store.deletion import delete_job
from store.jobs import Jobs
from tests.api.support import JOBS, Door, refused
from tests.support.polling import wait_for

ANALYSES = "/v1/analyses"
WAITING = text("SELECT 1 FROM pg_stat_activity WHERE :holder = ANY (pg_blocking_pids(pid))")


@dataclass
class Source:
    """A job that has succeeded, with one checkpoint."""

    door: Door
    job_id: str
    checkpoint_id: str

    def during(self, change: Callable[[Session], object], ask: Callable[[], Any]) -> Any:
        """Return the answer to `ask`, which waits for the transaction that makes a change."""
        with ThreadPoolExecutor(1) as caller:
            with self.door.service.database.transaction() as session:
                change(session)
                session.flush()
                answer: Future[Any] = caller.submit(ask)
                wait_for(lambda: self._waits_for(session), "the request to wait", seconds=20)
            return answer.result(20)

    def delete(self, session: Session) -> None:
        """Delete the job as the route does."""
        delete_job(session, Jobs(session, self.door.project_id, "tuning").held(self.job_id))

    def analyse(self, session: Session) -> None:
        """Queue an analysis as the route does."""
        asked = CreateAnalysis(fine_tuning_job=self.job_id)
        queue_analysis(session, self.door.project_id, asked, self.door.service.settings)

    def _waits_for(self, session: Session) -> bool:
        holder = session.scalar(text("SELECT pg_backend_pid()"))
        with self.door.service.database.reading() as other:
            return other.scalar(WAITING, {"holder": holder}) is not None


@pytest.fixture
def source(door: Door) -> Source:
    run = door.run(door.job()["id"])
    run.record_snapshot(1, 1, "nowhere", {}, [])
    door.succeed(run)
    point = door.get(f"{JOBS}/{run.key.job_id}/checkpoints")["data"][0]["id"]
    return Source(door, run.key.job_id, point)


class TestCreate:
    """A source that is deleted while a request that names it is checked is not found."""

    def test_an_analysis_of_the_job(self, door: Door, source: Source) -> None:
        body = {"fine_tuning_job": source.job_id}
        answer = source.during(source.delete, lambda: door.client.post(ANALYSES, json=body))
        refused(answer, 404, "fine_tuning_job")

    def test_an_analysis_of_its_checkpoints(self, door: Door, source: Source) -> None:
        body = {"checkpoints": [source.checkpoint_id]}
        answer = source.during(source.delete, lambda: door.client.post(ANALYSES, json=body))
        refused(answer, 404, "checkpoints")

    def test_a_job_that_starts_from_its_checkpoint(self, door: Door, source: Source) -> None:
        file_id, init = door.file(), {"type": "checkpoint", "id": source.checkpoint_id}
        method = {"type": "soft_prompt", "soft_prompt": {"init": init}}
        answer = source.during(
            source.delete, lambda: door.post_job(training_file=file_id, method=method)
        )
        refused(answer, 404, "method.soft_prompt.init.id")


class TestRetry:
    """A source that is deleted while a retry is checked is not found, and one in use stays."""

    @pytest.fixture
    def failed(self, door: Door, source: Source) -> str:
        """A job that started from the checkpoint and failed."""
        init = {"type": "checkpoint", "id": source.checkpoint_id}
        run = door.run(
            door.job(method={"type": "soft_prompt", "soft_prompt": {"init": init}})["id"]
        )
        run.fail("timeout", "too long")
        return run.key.job_id

    def test_of_a_job_that_started_from_its_checkpoint(
        self, door: Door, source: Source, failed: str
    ) -> None:
        answer = source.during(source.delete, lambda: door.client.post(f"{JOBS}/{failed}/retry"))
        refused(answer, 404, "method.soft_prompt.init.id")

    def test_a_deletion_waits_for_it(self, door: Door, source: Source, failed: str) -> None:
        def retry(session: Session) -> None:
            Jobs(session, door.project_id, "tuning").retry(failed, max_queued_jobs=20)

        answer = source.during(retry, lambda: door.client.delete(f"{JOBS}/{source.job_id}"))
        assert failed in refused(answer, 409)


class TestDelete:
    def test_it_waits_for_an_analysis_that_is_being_queued(
        self, door: Door, source: Source
    ) -> None:
        answer = source.during(
            source.analyse, lambda: door.client.delete(f"{JOBS}/{source.job_id}")
        )
        assert "is needed by unfinished job" in refused(answer, 409)
