"""How a worker gets a job, and how abandoned jobs get back into the queue."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import (
    Case,
    Select,
    and_,
    case,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from store import lifecycle
from store.database import remind_after_commit, ring_after_commit
from store.schema import ACTIVE, Job, Project

_CLAIM_LOCK = 0x7510_55C1
_RECONCILER_LOCK = 0x7510_55C2


@dataclass(frozen=True)
class Claim:
    """A job and the lease token that its run must show at every write."""

    job: Job
    token: UUID


@dataclass(frozen=True)
class ClaimTerms:
    """Under which terms a run holds a job, and when a silent or stuck one loses it."""

    lease: timedelta
    time_limit: timedelta
    max_running_jobs: int
    max_co_tuned_jobs: int = 1


def claim_next(session: Session, queue: str, terms: ClaimTerms) -> list[Claim]:
    """Take the next eligible job of a queue with those that may be trained beside it, or nothing.

    Order: priority, then the fewest running jobs of the project, then age. A project at its limit
    of running jobs waits. A job that has lost more than one worker may have killed them: its age
    counts from the last loss, so that it goes behind those that wait already.

    Claims happen one after another (an advisory lock), or two at once could both see the last free
    place of a project.
    """
    session.execute(select(func.pg_advisory_xact_lock(_CLAIM_LOCK)))
    found = session.execute(_next_eligible(queue, terms.max_running_jobs)).one_or_none()
    if found is None:
        return []
    job, running = found
    places = min(terms.max_running_jobs - running, terms.max_co_tuned_jobs)
    jobs = [job, *_companions(session, job, places - 1)]
    claims = [Claim(job, uuid4()) for job in jobs]
    for claim in claims:
        lifecycle.take(session, claim.job, claim.token, terms.lease, terms.time_limit)
    session.flush()
    return claims


def _companions(session: Session, job: Job, places: int) -> list[Job]:
    """Jobs that may be trained beside a job.

    One that has lost a worker is trained alone: what kills its worker takes no other job with it.
    """
    if job.co_tuning_key is None or job.lost_workers > 0 or places < 1:
        return []
    query = (
        _eligible(job.queue)
        .where(
            Job.project_id == job.project_id,
            Job.co_tuning_key == job.co_tuning_key,
            Job.id != job.id,
            Job.lost_workers == 0,
        )
        .order_by(Job.priority.desc(), Job.created_at, Job.id)
        .limit(places)
        .with_for_update(of=Job, skip_locked=True)
    )
    return list(session.scalars(query))


def _next_eligible(queue: str, max_running_jobs: int) -> Select[Job, int]:
    """The best of the projects' first jobs: an index is asked once for each project, so that the
    cost does not grow with the queue."""
    first = _first_of_project(queue)
    running = (
        select(func.count())
        .where(Job.project_id == Project.id, Job.status.in_(ACTIVE))
        .scalar_subquery()
    )
    return (
        select(first, running)
        .select_from(Project)
        .join(first, true())
        .where(running < max_running_jobs)
        .order_by(first.priority.desc(), running, _waits_since(first), first.id)
        .limit(1)
    )


def _first_of_project(queue: str) -> type[Job]:
    query = (
        _eligible(queue)
        .where(Job.project_id == Project.id)
        .order_by(Job.priority.desc(), _waits_since(Job), Job.id)
        .limit(1)
        .with_for_update(of=Job, skip_locked=True)
    )
    return aliased(Job, query.correlate(Project).lateral())


def _waits_since(job: type[Job]) -> Case[datetime]:
    """As the index `ix_jobs_queued` has it."""
    return case((job.lost_workers > literal_column("1"), job.eligible_at), else_=job.created_at)


def _eligible(queue: str) -> Select[Job]:
    # The status as a literal: only then can a prepared plan use the index of queued jobs.
    return select(Job).where(
        Job.queue == queue,
        Job.status == literal_column("'queued'"),
        Job.eligible_at <= func.clock_timestamp(),
    )


def ring_if_more(session: Session, queue: str) -> None:
    """Ask for one more bell if jobs of this queue wait."""
    if session.scalar(_eligible(queue).with_only_columns(Job.id).limit(1)) is not None:
        ring_after_commit(session, queue)


@dataclass(frozen=True)
class RescueTerms:
    """How long a run may go on after its time is over, or without progress; how often be lost.

    `lease` is the length of a lease.
    """

    lease: timedelta
    hard_limit: timedelta
    stall: timedelta
    max_attempts: int


def reconcile(session: Session, terms: RescueTerms, *, trust_leases: bool = True) -> int:
    """End or requeue every run that is lost, stuck or over its time; ring for waiting queues.

    Only one caller at a time does anything: the others see the advisory lock taken. Without
    `trust_leases` no run counts as lost: after an outage of the database nobody could renew one.
    Returns the number of runs that were taken from their workers.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock(_RECONCILER_LOCK))):
        return 0
    now = func.clock_timestamp()
    silent = Job.lease_expires_at < now if trust_leases else false()
    overran = Job.lease_expires_at - terms.lease > Job.deadline_at
    late = or_(Job.deadline_at < now - terms.hard_limit, and_(silent, overran))
    stuck = Job.progress_at < now - terms.stall
    found = session.execute(
        select(Job, late, silent)
        .where(Job.status.in_(ACTIVE), or_(late, silent, stuck))
        .with_for_update(skip_locked=True)
    ).all()
    for job, is_late, is_silent in found:
        _take_away(session, job, is_late, is_silent, terms.max_attempts)
    _ring_waiting_queues(session)
    return len(found)


def _take_away(
    session: Session, job: Job, is_late: bool, is_silent: bool, max_attempts: int
) -> None:
    if is_late and job.cancel_requested_at is None:
        lifecycle.time_out(session, job, "The run did not end when its time was over")
    elif is_silent:
        lifecycle.lose(session, job, "its worker was lost", max_attempts)
    else:
        lifecycle.lose(session, job, "it made no progress", max_attempts)


def _ring_waiting_queues(session: Session) -> None:
    waiting = select(Job.queue).where(
        Job.status == "queued", Job.eligible_at <= func.clock_timestamp()
    )
    for queue in session.scalars(waiting.distinct()):
        remind_after_commit(session, queue)
