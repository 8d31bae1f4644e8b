"""What has ended so long ago that it is no longer kept."""

from datetime import timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from store.deletion import delete_job
from store.errors import ConflictError
from store.experiments import Experiments
from store.schema import FINAL, Experiment, Job


def expired_jobs(session: Session, days: int) -> list[str]:
    """Return the ids of finished jobs that ended longer ago, oldest first.

    Runs of experiments are left out, and analyses of one job, which go with it.
    """
    query = _expired_jobs(days).order_by(Job.finished_at, Job.id)
    return list(session.scalars(query.with_only_columns(Job.id)))


def delete_expired_job(session: Session, days: int, job_id: str) -> set[str]:
    """Remove a job; return the artifacts to remove.

    Raises ConflictError if it went on meanwhile or is gone, and while it is needed.
    """
    job = session.scalar(_expired_jobs(days).where(Job.id == job_id).with_for_update())
    if job is None:
        raise ConflictError(f"Job '{job_id}' is gone, or is to be kept again.")
    return delete_job(session, job)


def expired_experiments(session: Session, days: int) -> list[str]:
    """Return the ids of the experiments whose jobs have all ended longer ago, oldest first."""
    query = _expired_experiments(days).order_by(Experiment.created_at, Experiment.id)
    return list(session.scalars(query.with_only_columns(Experiment.id)))


def delete_expired_experiment(session: Session, days: int, experiment_id: str) -> set[str]:
    """Remove an experiment as a whole; return the artifacts to remove.

    Raises ConflictError if it went on meanwhile or is gone, and while a job of it is needed.
    """
    held = _expired_experiments(days).where(Experiment.id == experiment_id).with_for_update()
    experiment = session.scalar(held)
    if experiment is None:
        raise ConflictError(f"Experiment '{experiment_id}' is gone, or is to be kept again.")
    return Experiments(session, experiment.project_id).delete(experiment.id)


def _expired_jobs(days: int) -> Select[Job]:
    return select(Job).where(
        Job.status.in_(FINAL),
        Job.finished_at < func.clock_timestamp() - timedelta(days=days),
        Job.source_job_id.is_(None),
        Job.experiment_id.is_(None),
    )


def _expired_experiments(days: int) -> Select[Experiment]:
    """One whose jobs were deleted one by one counts from its beginning."""
    before = func.clock_timestamp() - timedelta(days=days)
    kept = select(Job.id).where(
        Job.experiment_id == Experiment.id,
        or_(Job.status.not_in(FINAL), Job.finished_at >= before),
    )
    return select(Experiment).where(Experiment.created_at < before, ~kept.exists())
