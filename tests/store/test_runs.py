"""What a run writes, and that it writes nothing once its lease is gone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from store.errors import LeaseLostError
from store.events import append_event
from store.jobs import Jobs
from store.runs import Run
from store.schema import Job
from store.trajectories import metrics_of, snapshots_of
from tests.store.conftest import LEASE, Board


def _lose_lease(board: Board) -> Run:
    """A run whose job another attempt could take."""
    run = board.run(lease=timedelta(seconds=-1))
    board.reconcile()
    return run


WRITES = {
    "start": lambda run: run.start(),
    "event": lambda run: run.record_event("late"),
    "steps": lambda run: run.record_steps({1: {"loss": 1.0}}, {"step": 1}, 10),
    "phase": lambda run: run.record_phase("late"),
    "row lengths": lambda run: run.record_row_lengths("file-x", "tiny", [1]),
    "snapshot": lambda run: run.record_snapshot(1, 1, "key", {}, []),
    "state": lambda run: run.record_state(1, "key"),
    "fail": lambda run: run.fail("internal", "late"),
    "cancel": lambda run: run.cancel(),
    "pause": lambda run: run.pause(),
    "release": lambda run: run.release("late"),
    "lose": lambda run: run.lose("late", 3),
}


class TestTransaction:
    @pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
    def test_a_lost_lease_writes_nothing(
        self, board: Board, write: Callable[[Run], object]
    ) -> None:
        job = board.add()
        run = _lose_lease(board)
        before = board.events(job)
        with pytest.raises(LeaseLostError):
            write(run)
        assert (board.read(job.id).status, board.events(job)) == ("queued", before)

    def test_a_cancelled_job_lost_its_lease(self, board: Board) -> None:
        board.add()
        run = board.run()
        run.cancel()
        with pytest.raises(LeaseLostError):
            run.fail("internal", "too late")


class TestWrite:
    def test_one_whose_answer_got_lost_is_not_done_twice(
        self, board: Board, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = board.add()
        run = board.run()
        lost = iter([True, False])

        @contextmanager
        def losing(transaction: Any) -> Iterator[Any]:
            with transaction() as held:
                yield held
            if next(lost):
                raise OperationalError("COMMIT", None, Exception("the server went away"))

        transaction = run.transaction
        monkeypatch.setattr(run, "transaction", lambda: losing(transaction))
        run.record_event("once")
        assert board.events(job).count("once") == 1

    def test_one_that_was_rolled_back_is_done_again(
        self, board: Board, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = board.add()
        run = board.run()
        calls: list[int] = []

        def change(session: Session, row: Job) -> None:
            append_event(session, row, "again")
            calls.append(1)
            if len(calls) == 1:
                raise OperationalError("INSERT", None, Exception("the server went away"))

        run.write(change)
        assert (len(calls), board.events(job).count("again")) == (2, 1)

    def test_it_gives_up_when_its_patience_is_over(self, board: Board) -> None:
        board.add()
        claimed = board.run()
        run = Run(board.database, claimed.key, patience=timedelta())

        def change(session: Session, row: Job) -> None:
            raise OperationalError("INSERT", None, Exception("the server went away"))

        with pytest.raises(OperationalError):
            run.write(change)


class TestRenew:
    def test_the_lease_grows(self, board: Board) -> None:
        job = board.add()
        run = board.run(lease=timedelta(seconds=1))
        before = board.read(job.id).lease_expires_at
        assert run.renew(LEASE) is None
        after = board.read(job.id).lease_expires_at
        assert before is not None
        assert after is not None
        assert after > before

    def test_only_work_that_gets_on_moves_the_progress(self, board: Board) -> None:
        job = board.add()
        run = board.run()
        before = board.read(job.id).progress_at
        assert before is not None
        run.renew(LEASE)
        assert board.read(job.id).progress_at == before
        run.renew(LEASE, gets_on=True)
        after = board.read(job.id).progress_at
        assert after is not None
        assert after > before

    def test_it_tells_of_a_wish_to_cancel(self, board: Board) -> None:
        job = board.add()
        run = board.run()
        with board.database.transaction() as session:
            Jobs(session, job.project_id, "tuning").request_cancel(job.id)
        assert run.renew(LEASE) == "cancel"

    def test_a_lost_lease_cannot_be_renewed(self, board: Board) -> None:
        board.add()
        run = _lose_lease(board)
        with pytest.raises(LeaseLostError):
            run.renew(LEASE)


class TestRecordSteps:
    def test_a_step_that_is_run_again_is_stored_once(self, board: Board) -> None:
        job = board.add()
        run = board.run()
        run.record_steps({1: {"loss": 2.0}, 2: {"loss": 1.5}}, {"step": 2}, 20)
        run.record_steps({2: {"loss": 1.5}, 3: {"loss": 1.0}}, {"step": 3}, 30)
        with board.database.transaction() as session:
            steps = [row["step"] for row in metrics_of(session, job.id)]
        row = board.read(job.id)
        assert steps == [1, 2, 3]
        assert (row.progress, row.trained_tokens) == ({"step": 3}, 30)


class TestRecordPhase:
    def test_a_run_that_was_far_stays_as_far(self, board: Board) -> None:
        job = board.add()
        run = board.run()
        run.record_steps({}, {"phase": "training", "step": 9, "percent": 90.0, "of": 10}, 0)
        run.record_phase("grading the tuned model")
        assert board.read(job.id).progress == {"phase": "grading the tuned model", "percent": 90.0}

    def test_one_that_has_not_begun_to_train_has_no_percent(self, board: Board) -> None:
        job = board.add()
        board.run().record_phase("loading model")
        assert board.read(job.id).progress == {"phase": "loading model"}


class TestRecordSnapshot:
    def test_a_step_that_is_run_again_keeps_its_first_snapshot(self, board: Board) -> None:
        job = board.add()
        run = board.run()
        run.record_snapshot(5, 1, "first", {"loss": 1.0}, [])
        run.record_snapshot(5, 1, "second", {"loss": 1.0}, [])
        with board.database.transaction() as session:
            keys = [row.artifact_key for row in snapshots_of(session, job.id)]
        assert keys == ["first"]
        assert board.events(job).count("Snapshot at step 5") == 1

    def test_a_token_with_a_nul_is_stored_without_it(self, board: Board) -> None:
        job = board.add()
        board.run().record_snapshot(0, 0, "key", {}, [{"token": "a\x00"}])
        with board.database.transaction() as session:
            assert snapshots_of(session, job.id)[0].nearest_tokens == [{"token": "a\ufffd"}]


class TestRecordEvent:
    def test_numbers_have_no_gap(self, board: Board) -> None:
        job = board.add()
        run = board.run()
        for epoch in (1, 2, 2, 3):
            run.record_event(f"epoch {epoch}", key=f"epoch:{epoch}")
        with board.database.transaction() as session:
            page = Jobs(session, job.project_id, "tuning").events(job.id, None, 100)
        assert [event.number for event in reversed(page.rows)] == [1, 2, 3, 4, 5]


class TestRecordState:
    def test_the_newest_state_wins(self, board: Board) -> None:
        board.add()
        run = board.run()
        assert run.newest_state() is None
        run.record_state(10, "state-10")
        run.record_state(20, "state-20")
        state = run.newest_state()
        assert state is not None
        assert (state.step, state.artifact_key) == (20, "state-20")


class TestRelease:
    def test_the_job_waits_for_another_worker(self, board: Board) -> None:
        job = board.add()
        board.run().release("the worker shuts down")
        assert board.read(job.id).status == "queued"
        again = board.claim()
        assert again is not None
        assert again.job.attempt == 2
