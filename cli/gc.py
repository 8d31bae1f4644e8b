"""Removes what is old or belongs to nobody."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from cli.settings import open_database
from store.artifacts import Artifacts, open_artifacts
from store.browser_sessions import forget_ended_sessions
from store.database import Database
from store.deletion import delete_job, remove_artifacts
from store.errors import ConflictError
from store.idempotency import forget_old_requests
from store.retention import delete_expired_experiment, expired_experiments, expired_jobs
from store.schema import Job
from store.settings import Settings
from store.sweep import sweep


@dataclass(frozen=True)
class Collected:
    """How many single jobs and whole experiments were deleted, and the keys that no row named."""

    jobs: int
    experiments: int
    artifacts: list[str]

    def to_json(self) -> dict[str, Any]:
        """Return everything by name."""
        return {
            "jobs_deleted": self.jobs,
            "experiments_deleted": self.experiments,
            "artifacts_deleted": self.artifacts,
        }

    def words(self) -> str:
        """Return the numbers for people."""
        return (
            f"{self.jobs} jobs and {self.experiments} experiments deleted, "
            f"{len(self.artifacts)} artifacts without a row"
        )


def collect(settings: Settings) -> Collected:
    """Delete jobs and experiments beyond their retention, then what no row names."""
    artifacts, days = open_artifacts(settings.artifacts_url), settings.retention_days
    jobs = experiments = 0
    with open_database(settings) as database:
        if days is not None:
            experiments = _expire_experiments(database, artifacts, days)
            jobs = _expire_jobs(database, artifacts, days)
        with database.transaction() as session:
            forget_old_requests(session)
            forget_ended_sessions(session)
            return Collected(jobs, experiments, sweep(session, artifacts))


def _expire_jobs(database: Database, artifacts: Artifacts, days: int) -> int:
    deleted = 0
    while True:
        done, keys = _delete_batch(database, days)
        if done == 0:
            return deleted
        remove_artifacts(artifacts, keys)
        deleted += done


def _delete_batch(database: Database, days: int) -> tuple[int, set[str]]:
    """Delete some expired jobs; return how many, and the artifacts to remove."""
    with database.transaction() as session:
        left = [_delete(session, job) for job in expired_jobs(session, days)]
    gone = [keys for keys in left if keys is not None]
    return len(gone), set[str]().union(*gone)


def _delete(session: Session, job: Job) -> set[str] | None:
    """Return the artifacts to remove, or None for a job that an unfinished one still needs."""
    try:
        return delete_job(session, job)
    except ConflictError:
        return None


def _expire_experiments(database: Database, artifacts: Artifacts, days: int) -> int:
    """Each in a transaction of its own: one that cannot go yet stays whole."""
    deleted = 0
    with database.reading() as session:
        expired = expired_experiments(session, days)
    for experiment_id in expired:
        with suppress(ConflictError):
            remove_artifacts(artifacts, _delete_whole(database, days, experiment_id))
            deleted += 1
    return deleted


def _delete_whole(database: Database, days: int, experiment_id: str) -> set[str]:
    with database.transaction() as session:
        return delete_expired_experiment(session, days, experiment_id)
