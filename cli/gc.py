"""Removes what is old or belongs to nobody."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from cli.settings import open_database
from store.artifacts import Artifacts, open_artifacts
from store.browser_sessions import forget_ended_sessions
from store.database import Database
from store.deletion import remove_artifacts
from store.deliveries import forget_ended_deliveries
from store.errors import ConflictError
from store.idempotency import forget_old_requests
from store.retention import (
    delete_expired_experiment,
    delete_expired_job,
    expired_experiments,
    expired_jobs,
)
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
            old = Old(database, artifacts, days)
            experiments = old.delete(expired_experiments, delete_expired_experiment)
            jobs = old.delete(expired_jobs, delete_expired_job)
        with database.transaction() as session:
            forget_old_requests(session)
            forget_ended_sessions(session)
            forget_ended_deliveries(session)
            return Collected(jobs, experiments, sweep(session, artifacts))


@dataclass(frozen=True)
class Old:
    """What has ended more than so many days ago."""

    database: Database
    artifacts: Artifacts
    days: int

    def delete(
        self,
        expired: Callable[[Session, int], list[str]],
        delete: Callable[[Session, int, str], set[str]],
    ) -> int:
        """Delete each in a transaction of its own and count them: one that is needed stays."""
        deleted = 0
        with self.database.reading() as session:
            ids = expired(session, self.days)
        for each in ids:
            with suppress(ConflictError):
                with self.database.transaction() as session:
                    keys = delete(session, self.days, each)
                remove_artifacts(self.artifacts, keys)
                deleted += 1
        return deleted
