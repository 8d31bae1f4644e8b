"""What a run writes, and that it writes nothing once its lease is gone."""

from datetime import timedelta

import pytest

from store.claims import reconcile
from store.errors import LeaseLostError
from store.jobs import Jobs, metrics_of, snapshots_of
from store.runs import Run
from tests.store.conftest import LEASE, Board


def _lose_lease(board: Board) -> Run:
    """A run whose job another attempt could take."""
    run = board.run(lease=timedelta(seconds=-1))
    with board.database.transaction() as session:
        reconcile(session, max_attempts=3)
    return run


class TestTransaction:
    def test_a_lost_lease_writes_nothing(self, board: Board) -> None:
        job = board.add()
        run = _lose_lease(board)
        with pytest.raises(LeaseLostError):
            run.record_event("late")
        with pytest.raises(LeaseLostError):
            run.record_steps({1: {"loss": 1.0}}, {"step": 1}, 10)
        assert "late" not in board.events(job)

    def test_a_cancelled_job_lost_its_lease(self, board: Board) -> None:
        board.add()
        run = board.run()
        run.cancel()
        with pytest.raises(LeaseLostError):
            run.fail("internal", "too late")


class TestRenew:
    def test_the_lease_grows(self, board: Board) -> None:
        job = board.add()
        run = board.run(lease=timedelta(seconds=1))
        before = board.read(job.id).lease_expires_at
        assert run.renew(LEASE) is False
        after = board.read(job.id).lease_expires_at
        assert before is not None
        assert after is not None
        assert after > before

    def test_it_tells_of_a_wish_to_cancel(self, board: Board) -> None:
        job = board.add()
        run = board.run()
        with board.database.transaction() as session:
            Jobs(session, job.project_id, "tuning").request_cancel(job.id)
        assert run.renew(LEASE) is True

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
