"""Removes what is old or belongs to nobody."""

from cli.settings import open_database
from store.artifacts import open_artifacts
from store.browser_sessions import forget_ended_sessions
from store.database import Database
from store.deletion import delete_job, expired_jobs, remove_artifacts
from store.errors import ConflictError
from store.idempotency import forget_old_requests
from store.settings import Settings
from store.sweep import sweep


def collect(settings: Settings) -> tuple[int, list[str]]:
    """Delete jobs beyond their retention, then what no row names; return how many, and the keys."""
    artifacts = open_artifacts(settings.artifacts_url)
    with open_database(settings) as database:
        deleted = _expire(database, settings)
        with database.transaction() as session:
            forget_old_requests(session)
            forget_ended_sessions(session)
            return deleted, sweep(session, artifacts)


def _expire(database: Database, settings: Settings) -> int:
    if settings.retention_days is None:
        return 0
    artifacts, deleted = open_artifacts(settings.artifacts_url), 0
    while True:
        done, keys = 0, set[str]()
        with database.transaction() as session:
            for job in expired_jobs(session, settings.retention_days):
                try:
                    keys |= delete_job(session, job)
                except ConflictError:
                    continue
                done += 1
        remove_artifacts(artifacts, keys)
        deleted += done
        if done == 0:
            return deleted
