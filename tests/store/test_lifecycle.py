"""The state machine: what may follow what, and the event each change writes."""

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from store import lifecycle
from store.errors import ConflictError
from store.schema import FINAL, Job
from tests.store.conftest import LEASE, Board


class TestSucceed:
    def test_a_running_job_ends_with_its_outcome(self, board: Board) -> None:
        job = board.add()
        run = board.run()
        run.start()
        with run.transaction() as (session, row):
            lifecycle.succeed(session, row, {"accuracy_after": 0.5})
        row = board.read(job.id)
        assert (row.status, row.outcome) == ("succeeded", {"accuracy_after": 0.5})
        assert row.finished_at is not None
        assert board.events(job) == [
            f"Created tuning job: {job.id}",
            "Validating files (attempt 1)",
            "Files validated, tuning started",
            "The job has successfully completed",
        ]

    def test_a_job_that_still_validates_cannot_succeed(self, board: Board) -> None:
        board.add()
        run = board.run()
        with pytest.raises(ConflictError), run.transaction() as (session, row):
            lifecycle.succeed(session, row, {})


class TestFail:
    def test_the_error_is_kept_and_told(self, board: Board) -> None:
        job = board.add()
        board.run().fail("invalid_data", "line 3: too long", "training_file")
        row = board.read(job.id)
        assert (row.status, row.error_code, row.error_message, row.error_param) == (
            "failed", "invalid_data", "line 3: too long", "training_file",
        )  # fmt: skip

    def test_a_nul_in_the_message_is_replaced(self, board: Board) -> None:
        job = board.add()
        board.run().fail("invalid_data", "bad \x00")
        assert board.read(job.id).error_message == "bad \ufffd"


class TestRequestCancel:
    def test_a_queued_job_is_cancelled_at_once(self, board: Board) -> None:
        job = board.add()
        _request_cancel(board, job)
        assert board.read(job.id).status == "cancelled"
        assert board.claim() is None

    def test_a_running_job_is_asked_once(self, board: Board) -> None:
        job = board.add()
        run = board.run()
        _request_cancel(board, job)
        _request_cancel(board, job)
        assert board.read(job.id).status == "validating_files"
        assert board.events(job).count("Cancel requested") == 1
        run.cancel()
        assert board.read(job.id).status == "cancelled"

    def test_a_finished_job_is_refused(self, board: Board) -> None:
        job = board.add()
        _request_cancel(board, job)
        with pytest.raises(ConflictError, match="is cancelled"):
            _request_cancel(board, job)


class TestPause:
    def test_a_queued_job_is_paused_at_once_and_not_claimed(self, board: Board) -> None:
        job = board.add()
        board.ask(job, "request_pause")
        assert board.read(job.id).status == "paused"
        assert board.claim() is None

    def test_a_running_job_is_asked_once_and_pauses_when_its_run_confirms(
        self, board: Board
    ) -> None:
        job = board.add()
        run = board.run()
        board.ask(job, "request_pause")
        board.ask(job, "request_pause")
        assert board.read(job.id).status == "validating_files"
        assert run.renew(LEASE) == "pause"
        run.pause()
        assert board.read(job.id).status == "paused"
        assert board.events(job)[2:] == ["Pause requested", "The job is paused"]

    def test_a_run_that_its_worker_gives_back_is_paused_too(self, board: Board) -> None:
        job = board.add()
        run = board.run()
        board.ask(job, "request_pause")
        run.release("its worker shut down")
        assert board.read(job.id).status == "paused"

    def test_a_paused_job_can_be_cancelled(self, board: Board) -> None:
        job = board.add()
        board.ask(job, "request_pause")
        board.ask(job, "request_cancel")
        assert board.read(job.id).status == "cancelled"

    @pytest.mark.parametrize("before", ["request_cancel"])
    def test_one_at_its_end_is_refused(self, board: Board, before: str) -> None:
        job = board.add()
        board.ask(job, before)
        with pytest.raises(ConflictError, match="cannot be paused"):
            board.ask(job, "request_pause")


class TestResume:
    def test_a_paused_job_waits_again(self, board: Board) -> None:
        job = board.add()
        board.ask(job, "request_pause")
        board.ask(job, "resume")
        assert board.claim() is not None

    def test_a_pause_that_no_run_confirmed_is_taken_back(self, board: Board) -> None:
        job = board.add()
        run = board.run()
        board.ask(job, "request_pause")
        board.ask(job, "resume")
        assert run.renew(LEASE) is None
        assert board.read(job.id).status == "validating_files"

    def test_a_pause_that_is_confirmed_after_it_was_taken_back_holds_nothing(
        self, board: Board
    ) -> None:
        job = board.add()
        run = board.run()
        board.ask(job, "request_pause")
        board.ask(job, "resume")
        run.pause()
        assert board.read(job.id).status == "queued"
        assert board.claim() is not None

    def test_a_job_that_nobody_paused_is_refused(self, board: Board) -> None:
        job = board.add()
        with pytest.raises(ConflictError, match="not paused"):
            board.ask(job, "resume")


class TestTimeOut:
    @pytest.mark.parametrize(
        ("kind", "told"),
        [
            ("tuning", "Too long; a retry goes on from its last saved state."),
            ("analysis", "Too long; a retry begins again."),
        ],
    )
    def test_the_error_says_what_a_retry_would_do(self, board: Board, kind: str, told: str) -> None:
        job = board.add(kind=kind)
        board.run().time_out("Too long")
        row = board.read(job.id)
        assert (row.status, row.error_code, row.error_message) == ("failed", "timeout", told)


class TestRetry:
    def test_a_failed_job_waits_again_without_its_error(self, board: Board) -> None:
        job = board.add()
        board.run().fail("timeout", "too long")
        board.ask(job, "retry")
        row = board.read(job.id)
        assert (row.status, row.error_code, row.finished_at) == ("queued", None, None)
        again = board.claim()
        assert again is not None
        assert again.job.attempt == 2

    def test_a_wish_to_cancel_of_the_run_that_failed_is_forgotten(self, board: Board) -> None:
        job = board.add()
        run = board.run()
        board.ask(job, "request_cancel")
        run.fail("timeout", "too long")
        board.ask(job, "retry")
        assert board.run().renew(LEASE) is None

    def test_any_other_job_is_refused(self, board: Board) -> None:
        job = board.add()
        with pytest.raises(ConflictError, match="only a failed job"):
            board.ask(job, "retry")


WISHES = {
    "claim": lambda s, j: lifecycle.take(s, j, uuid4(), LEASE, LEASE),
    "start": lifecycle.start,
    "succeed": lambda s, j: lifecycle.succeed(s, j, {}),
    "fail": lambda s, j: lifecycle.fail(s, j, "internal", "broken"),
    "cancel": lifecycle.request_cancel,
    "pause": lifecycle.request_pause,
    "confirm pause": lifecycle.pause,
    "resume": lifecycle.resume,
    "retry": lifecycle.retry,
    "requeue": lambda s, j: lifecycle.requeue(s, j, "shutdown"),
    "lose": lambda s, j: lifecycle.lose(s, j, "its worker was lost", 2),
}


class TestTransitions:
    @settings(
        max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(st.sampled_from(sorted(WISHES))))
    def test_any_order_of_wishes_leaves_numbered_events_and_a_legal_row(
        self, board: Board, wishes: list[str]
    ) -> None:
        job = board.add()
        for wish in wishes:
            before = board.read(job.id)
            _try(board, job, wish)
            after = board.read(job.id)
            if after.status != before.status:
                assert after.status in lifecycle.TRANSITIONS[before.status]
                assert after.last_event > before.last_event
        row = board.read(job.id)
        assert (row.finished_at is not None) == (row.status in FINAL)
        assert row.last_event == len(board.events(job))

    def test_the_database_refuses_a_final_status_without_an_end(self, board: Board) -> None:
        job = board.add()
        with pytest.raises(IntegrityError), board.database.transaction() as session:
            session.execute(update(Job).where(Job.id == job.id).values(status="succeeded"))


def _request_cancel(board: Board, job: Job) -> None:
    with board.database.transaction() as session:
        row = session.get(Job, job.id, with_for_update=True)
        assert row is not None
        lifecycle.request_cancel(session, row)


def _try(board: Board, job: Job, wish: str) -> None:
    try:
        with board.database.transaction() as session:
            row = session.get(Job, job.id, with_for_update=True)
            WISHES[wish](session, row)
    except ConflictError:
        return
