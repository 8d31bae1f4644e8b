"""Deletes finished jobs with all that they left.

Rows go first, in one transaction; artifacts after it. What a crash leaves between the two has no
row any more, and the sweep removes it.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.artifacts import Artifacts
from store.errors import ConflictError
from store.inputs import has_input
from store.schema import FINAL, WITH_ARTIFACTS, Job, Snapshot


def delete_job(session: Session, job: Job) -> set[str]:
    """Remove a finished job's rows, the analyses of it alone among them; return the artifacts.

    `job` is held by this transaction. Raises ConflictError for an unfinished job, and while an
    unfinished one analyses it or starts from its prompt.
    """
    if job.status not in FINAL:
        raise ConflictError(f"Job '{job.id}' is {job.status}; only a finished job can be deleted.")
    analyses = list(session.scalars(select(Job).where(Job.source_job_id == job.id)))
    _refuse_if_needed(session, job)
    doomed = [*analyses, job]
    keys = artifact_keys(session, [row.id for row in doomed])
    for row in doomed:
        session.delete(row)
        session.flush()
    return keys


def artifact_keys(session: Session, job_ids: list[str]) -> set[str]:
    """Return the keys of every artifact of some jobs."""
    keys: set[str] = set()
    for table in WITH_ARTIFACTS:
        keys |= set(session.scalars(select(table.artifact_key).where(table.job_id.in_(job_ids))))
    return keys


def remove_artifacts(artifacts: Artifacts, keys: set[str]) -> None:
    """Remove artifacts whose rows are gone."""
    for key in sorted(keys):
        artifacts.delete(key)


def _refuse_if_needed(session: Session, job: Job) -> None:
    looking = has_input(fine_tuning_job=job.id) | (Job.source_job_id == job.id)
    analysis = session.scalar(select(Job.id).where(looking, Job.status.not_in(FINAL)).limit(1))
    if analysis is not None:
        raise ConflictError(f"Job '{job.id}' is needed by unfinished job '{analysis}'.")
    snapshots = select(Snapshot.id).where(Snapshot.job_id == job.id)
    starting = select(Job.id).where(
        Job.status.not_in(FINAL), Job.spec["init"]["id"].astext.in_(snapshots)
    )
    user = session.scalar(starting.limit(1))
    if user is not None:
        raise ConflictError(f"A checkpoint of job '{job.id}' is needed by unfinished job '{user}'.")
