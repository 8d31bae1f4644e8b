"""Who gets which job, and what becomes of a job whose worker went away."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, update

from store.claims import ring_if_more
from store.errors import LeaseLostError
from store.ids import new_id
from store.projects import get_or_create_project
from store.schema import Job
from tests.store.conftest import DAY, LEASE, Board, RecordingBell

EXPIRED = timedelta(seconds=-1)


class TestClaimNext:
    def test_an_empty_queue_gives_nothing(self, board: Board) -> None:
        assert board.claim() is None

    def test_the_oldest_job_comes_first(self, board: Board) -> None:
        first, _second = board.add(), board.add()
        claim = board.claim()
        assert claim is not None
        assert claim.job.id == first.id
        assert (claim.job.status, claim.job.attempt) == ("validating_files", 1)

    def test_priority_comes_before_age(self, board: Board) -> None:
        board.add()
        urgent = board.add(priority=5)
        claim = board.claim()
        assert claim is not None
        assert claim.job.id == urgent.id

    def test_a_project_with_fewer_running_jobs_comes_before_age(self, board: Board) -> None:
        board.add()
        board.add()
        with board.database.transaction() as session:
            other = get_or_create_project(session, new_id("proj"))
        patient = board.add(other)
        board.claim()
        claim = board.claim()
        assert claim is not None
        assert claim.job.id == patient.id

    def test_a_project_at_its_limit_of_running_jobs_waits(self, board: Board) -> None:
        board.add()
        board.add()
        assert board.claim(max_running_jobs=1) is not None
        assert board.claim(max_running_jobs=1) is None

    def test_a_job_that_lost_two_workers_goes_behind_those_that_wait(self, board: Board) -> None:
        poison, other = board.add(), board.add()
        for _ in range(2):
            claim = board.claim(lease=EXPIRED)
            assert claim is not None
            assert claim.job.id == poison.id
            board.reconcile()
            _make_eligible(board, poison)
        later = board.add()
        order = [board.claim() for _ in range(3)]
        assert [claim.job.id for claim in order if claim] == [other.id, poison.id, later.id]

    def test_many_workers_never_get_one_job_twice(self, board: Board) -> None:
        ids = {board.add().id for _ in range(12)}
        with ThreadPoolExecutor(6) as pool:
            claims = list(pool.map(lambda _: board.claim(), range(18)))
        got = [claim.job.id for claim in claims if claim is not None]
        assert sorted(got) == sorted(ids)


class TestClaimGroup:
    def test_jobs_of_one_key_come_together_each_under_its_own_lease(self, board: Board) -> None:
        ids = [board.add(co_tuning_key="k").id for _ in range(3)]
        board.add(co_tuning_key="other")
        claims = board.claim_group(8)
        assert [claim.job.id for claim in claims] == ids
        assert len({claim.token for claim in claims}) == 3
        assert {claim.job.status for claim in claims} == {"validating_files"}

    def test_never_more_than_a_run_may_hold(self, board: Board) -> None:
        for _ in range(3):
            board.add(co_tuning_key="k")
        assert len(board.claim_group(2)) == 2

    def test_never_more_than_the_project_may_run(self, board: Board) -> None:
        board.add()
        board.claim()
        for _ in range(4):
            board.add(co_tuning_key="k")
        assert len(board.claim_group(8, max_running_jobs=3)) == 2

    def test_jobs_without_a_key_come_alone(self, board: Board) -> None:
        board.add()
        board.add()
        assert len(board.claim_group(8)) == 1

    def test_another_projects_jobs_stay(self, board: Board) -> None:
        with board.database.transaction() as session:
            other = get_or_create_project(session, new_id("proj"))
        board.add(co_tuning_key="k")
        board.add(other, co_tuning_key="k")
        assert len(board.claim_group(8)) == 1

    def test_one_that_lost_its_worker_runs_alone(self, board: Board) -> None:
        lost = board.add(co_tuning_key="k")
        board.claim(lease=EXPIRED)
        board.reconcile()
        _make_eligible(board, lost)
        others = {board.add(co_tuning_key="k").id for _ in range(2)}
        assert [claim.job.id for claim in board.claim_group(8)] == [lost.id]
        assert {claim.job.id for claim in board.claim_group(8)} == others


class TestRingIfMore:
    def test_a_waiting_job_asks_for_a_bell(self, board: Board, bell: RecordingBell) -> None:
        board.add()
        bell.rung.clear()
        with board.database.transaction() as session:
            ring_if_more(session, board.queue)
        assert bell.rung == [board.queue]

    def test_an_empty_queue_stays_quiet(self, board: Board, bell: RecordingBell) -> None:
        with board.database.transaction() as session:
            ring_if_more(session, board.queue)
        assert bell.rung == []


class TestReconcile:
    def test_a_run_under_lease_is_left_alone(self, board: Board) -> None:
        job = board.add()
        board.claim()
        board.reconcile()
        assert board.read(job.id).status == "validating_files"

    def test_an_expired_run_goes_back_to_the_queue(self, board: Board) -> None:
        job = board.add()
        board.claim(lease=EXPIRED)
        board.reconcile()
        row = board.read(job.id)
        assert (row.status, row.lease_token, row.lost_workers) == ("queued", None, 1)
        assert row.eligible_at > row.created_at

    def test_a_job_that_loses_its_last_worker_fails(self, board: Board) -> None:
        job = board.add()
        for _ in range(2):
            board.claim(lease=EXPIRED)
            board.reconcile(max_attempts=2)
            _make_eligible(board, job)
        row = board.read(job.id)
        assert (row.status, row.error_code) == ("failed", "worker_lost")

    def test_an_expired_run_that_was_to_be_cancelled_is_cancelled(self, board: Board) -> None:
        job = board.add()
        board.claim(lease=EXPIRED)
        with board.database.transaction() as session:
            session.execute(
                update(Job).where(Job.id == job.id).values(cancel_requested_at=Job.created_at)
            )
        board.reconcile()
        assert board.read(job.id).status == "cancelled"

    def test_an_expired_run_that_was_to_be_paused_is_paused(self, board: Board) -> None:
        job = board.add()
        board.claim(lease=EXPIRED)
        board.ask(job, "request_pause")
        board.reconcile()
        assert board.read(job.id).status == "paused"

    def test_a_run_beyond_its_time_fails_and_its_worker_can_write_nothing(
        self, board: Board
    ) -> None:
        job = board.add()
        run = board.run(time_limit=EXPIRED)
        assert run.renew(timedelta(minutes=1)) == "timeout"
        board.reconcile()
        assert board.read(job.id).error_code == "timeout"
        with pytest.raises(LeaseLostError):
            run.record_event("late")

    def test_a_run_that_was_killed_because_its_time_was_over_is_not_queued_again(
        self, board: Board
    ) -> None:
        """It was alive when its time was over, and silent since."""
        job = board.add()
        run = board.run(time_limit=-2 * LEASE)
        run.renew(EXPIRED)
        board.reconcile(hard_limit=DAY)
        assert board.read(job.id).error_code == "timeout"

    def test_a_worker_lost_just_before_the_time_was_over_costs_the_job_nothing(
        self, board: Board
    ) -> None:
        job = board.add()
        board.run(lease=EXPIRED, time_limit=EXPIRED)
        board.reconcile(hard_limit=DAY)
        assert board.read(job.id).status == "queued"

    def test_after_an_outage_no_run_counts_as_lost(self, board: Board) -> None:
        job = board.add()
        run = board.run(lease=EXPIRED)
        board.reconcile(trust_leases=False)
        assert board.read(job.id).status == "validating_files"
        assert run.renew(LEASE) is None

    def test_a_run_that_lives_and_makes_no_progress_is_taken_away(self, board: Board) -> None:
        job = board.add()
        board.run().renew(timedelta(minutes=1))
        board.reconcile()
        assert board.read(job.id).status == "validating_files"
        board.reconcile(stall=EXPIRED)
        assert board.read(job.id).status == "queued"
        assert board.events(job)[-1] == "Back in the queue: it made no progress"

    def test_every_waiting_queue_is_rung(self, board: Board, bell: RecordingBell) -> None:
        board.add()
        bell.rung.clear()
        board.reconcile()
        assert board.queue in bell.rung


def _make_eligible(board: Board, job: Job) -> None:
    """Let its time to wait be over."""
    with board.database.transaction() as session:
        waited = update(Job).where(Job.id == job.id).values(eligible_at=func.clock_timestamp())
        session.execute(waited)
