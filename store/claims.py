"""How a worker gets a job, and how abandoned jobs get back into the queue."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from store import lifecycle
from store.database import ring_after_commit
from store.schema import ACTIVE, Job

_CLAIM_LOCK = 0x7510_55C1
_RECONCILER_LOCK = 0x7510_55C2
_BACKOFF = timedelta(seconds=5)


@dataclass(frozen=True)
class Claim:
    """A job and the lease token that its run must show at every write."""

    job: Job
    token: UUID


def claim_next(
    session: Session, queue: str, lease: timedelta, max_running_jobs: int
) -> Claim | None:
    """Take the next eligible job of a queue, or None.

    Order: priority, then the fewest running jobs of the project, then age. A project at its limit
    of running jobs waits. Claims happen one after another (an advisory lock), or two at once
    could both see the last free place of a project.
    """
    session.execute(select(func.pg_advisory_xact_lock(_CLAIM_LOCK)))
    job = session.scalar(_next_eligible(queue, max_running_jobs))
    if job is None:
        return None
    token = uuid4()
    lifecycle.take(session, job, token, lease)
    session.flush()
    return Claim(job, token)


def _next_eligible(queue: str, max_running_jobs: int) -> Select[Job]:
    other = aliased(Job)
    running = (
        select(func.count())
        .where(other.project_id == Job.project_id, other.status.in_(ACTIVE))
        .scalar_subquery()
    )
    return (
        _eligible(queue)
        .where(running < max_running_jobs)
        .order_by(Job.priority.desc(), running, Job.created_at, Job.id)
        .limit(1)
        .with_for_update(of=Job, skip_locked=True)
    )


def _eligible(queue: str) -> Select[Job]:
    return select(Job).where(
        Job.queue == queue, Job.status == "queued", Job.eligible_at <= func.clock_timestamp()
    )


def ring_if_more(session: Session, queue: str) -> None:
    """Ask for one more bell if jobs of this queue wait."""
    if session.scalar(_eligible(queue).with_only_columns(Job.id).limit(1)) is not None:
        ring_after_commit(session, queue)


def reconcile(session: Session, max_attempts: int) -> int:
    """End or requeue every run whose lease ran out, ring for every queue that waits.

    Only one caller at a time does anything: the others see the advisory lock taken. Returns the
    number of runs that were taken from lost workers.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock(_RECONCILER_LOCK))):
        return 0
    lost = session.scalars(
        select(Job)
        .where(Job.status.in_(ACTIVE), Job.lease_expires_at < func.clock_timestamp())
        .with_for_update(skip_locked=True)
    ).all()
    for job in lost:
        _rescue(session, job, max_attempts)
    _ring_waiting_queues(session)
    return len(lost)


def _rescue(session: Session, job: Job, max_attempts: int) -> None:
    job.lost_workers += 1
    if job.cancel_requested_at is not None:
        lifecycle.cancel(session, job)
    elif job.lost_workers >= max_attempts:
        message = f"The worker was lost {job.lost_workers} times while it ran this job."
        lifecycle.fail(session, job, "worker_lost", message)
    else:
        delay = _BACKOFF * 2 ** (job.lost_workers - 1)
        lifecycle.requeue(session, job, "its worker was lost", delay)


def _ring_waiting_queues(session: Session) -> None:
    waiting = select(Job.queue).where(
        Job.status == "queued", Job.eligible_at <= func.clock_timestamp()
    )
    for queue in session.scalars(waiting.distinct()):
        ring_after_commit(session, queue)
