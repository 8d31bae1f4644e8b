"""The service in figures, over all projects."""

from dataclasses import dataclass

from sqlalchemy import Double, func, select
from sqlalchemy.orm import Session

from store.schema import FINAL, Delivery, Job


@dataclass(frozen=True)
class Figures:
    """Counts by (kind, status); ages and times in seconds; finished runs as (count, sum)."""

    jobs: dict[tuple[str, str], int]
    queue_ages: dict[str, float]
    runs: dict[tuple[str, str], tuple[int, float]]
    steps_per_second: float
    rescues: int
    deliveries: dict[str, int]


def read_figures(session: Session) -> Figures:
    """Read the figures as they are now."""
    return Figures(
        jobs=_jobs(session),
        queue_ages=_queue_ages(session),
        runs=_runs(session),
        steps_per_second=_steps_per_second(session),
        rescues=int(session.scalar(select(func.coalesce(func.sum(Job.lost_workers), 0))) or 0),
        deliveries=_deliveries(session),
    )


def _jobs(session: Session) -> dict[tuple[str, str], int]:
    query = select(Job.kind, Job.status, func.count()).group_by(Job.kind, Job.status)
    return {(kind, status): count for kind, status, count in session.execute(query)}


def _queue_ages(session: Session) -> dict[str, float]:
    age = func.extract("epoch", func.clock_timestamp() - func.min(Job.eligible_at))
    query = select(Job.queue, age).where(Job.status == "queued").group_by(Job.queue)
    return {queue: max(0.0, float(seconds)) for queue, seconds in session.execute(query)}


def _runs(session: Session) -> dict[tuple[str, str], tuple[int, float]]:
    seconds = func.sum(func.extract("epoch", Job.finished_at - Job.started_at))
    query = (
        select(Job.kind, Job.status, func.count(), seconds)
        .where(Job.status.in_(FINAL), Job.started_at.is_not(None))
        .group_by(Job.kind, Job.status)
    )
    return {
        (kind, status): (count, float(total))
        for kind, status, count, total in session.execute(query)
    }


def _steps_per_second(session: Session) -> float:
    speed = Job.progress["steps_per_second"].astext.cast(Double)
    return float(session.scalar(select(func.sum(speed)).where(Job.status == "running")) or 0.0)


def _deliveries(session: Session) -> dict[str, int]:
    query = select(Delivery.state, func.count()).group_by(Delivery.state)
    return dict(session.execute(query).tuples().all())
