"""What has ended so long ago that it is no longer kept."""

from datetime import timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from store.errors import ConflictError
from store.experiments import Experiments
from store.schema import FINAL, Experiment, Job


def expired_jobs(session: Session, days: int, limit: int = 100) -> list[Job]:
    """Return, and hold, finished jobs that ended longer ago, the runs of experiments left out.

    Analyses of a job go with it.
    """
    query = (
        select(Job)
        .where(
            Job.status.in_(FINAL),
            Job.finished_at < func.clock_timestamp() - timedelta(days=days),
            Job.source_job_id.is_(None),
            Job.experiment_id.is_(None),
        )
        .order_by(Job.finished_at, Job.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(query))


def expired_experiments(session: Session, days: int) -> list[str]:
    """Return the ids of the experiments whose jobs have all ended longer ago, oldest first."""
    query = _expired(days).order_by(Experiment.created_at, Experiment.id)
    return list(session.scalars(query.with_only_columns(Experiment.id)))


def delete_expired_experiment(session: Session, days: int, experiment_id: str) -> set[str]:
    """Remove an experiment as a whole; return the artifacts to remove.

    Raises ConflictError if it went on meanwhile or is gone, and while a job of it is needed.
    """
    held = _expired(days).where(Experiment.id == experiment_id).with_for_update()
    experiment = session.scalar(held)
    if experiment is None:
        raise ConflictError(f"Experiment '{experiment_id}' is gone, or is to be kept again.")
    return Experiments(session, experiment.project_id).delete(experiment.id)


def _expired(days: int) -> Select[Experiment]:
    """One whose jobs were deleted one by one counts from its beginning."""
    before = func.clock_timestamp() - timedelta(days=days)
    kept = select(Job.id).where(
        Job.experiment_id == Experiment.id,
        or_(Job.status.not_in(FINAL), Job.finished_at >= before),
    )
    return select(Experiment).where(Experiment.created_at < before, ~kept.exists())
