"""Deletes finished jobs with all that they left.

Rows go first, in one transaction; artifacts after it. What a crash leaves between the two has no
row any more, and the sweep removes it.
"""

from collections.abc import Sequence

from sqlalchemy import Select, column, delete, func, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from store.artifacts import Artifacts
from store.errors import ConflictError
from store.ids import among
from store.schema import FINAL, WITH_ARTIFACTS, Job, Snapshot


def delete_job(session: Session, job: Job) -> set[str]:
    """Remove a finished job's rows, the analyses of it alone among them; return the artifacts.

    `job` is held by this transaction. Raises ConflictError for an unfinished job, and while an
    unfinished one analyses it or starts from its prompt.
    """
    if job.status not in FINAL:
        raise ConflictError(f"Job '{job.id}' is {job.status}; only a finished job can be deleted.")
    return delete_jobs(session, job.project_id, [job.id])


def delete_jobs(session: Session, project_id: str, job_ids: Sequence[str]) -> set[str]:
    """Remove finished jobs of a project as `delete_job` does one, with a few statements for all."""
    _refuse_if_needed(session, project_id, job_ids)
    analyses = session.scalars(select(Job.id).where(among(Job.source_job_id, job_ids))).all()
    keys = artifact_keys(session, [*analyses, *job_ids])
    for ids in (analyses, job_ids):
        session.execute(delete(Job).where(among(Job.id, ids)))
    return keys


def artifact_keys(session: Session, job_ids: Sequence[str]) -> set[str]:
    """Return the keys of every artifact of some jobs."""
    keys: set[str] = set()
    for table in WITH_ARTIFACTS:
        keys |= set(session.scalars(select(table.artifact_key).where(among(table.job_id, job_ids))))
    return keys


def remove_artifacts(artifacts: Artifacts, keys: set[str]) -> None:
    """Remove artifacts whose rows are gone."""
    for key in sorted(keys):
        artifacts.delete(key)


def _refuse_if_needed(session: Session, project_id: str, job_ids: Sequence[str]) -> None:
    for what, users in (
        ("Job", _analysed(job_ids)),
        ("A checkpoint of job", _started_from(job_ids)),
    ):
        unfinished = users.where(Job.project_id == project_id, Job.status.not_in(FINAL))
        found = session.execute(unfinished.order_by(Job.created_at, Job.id).limit(1)).first()
        if found is not None:
            needed, user = found
            raise ConflictError(f"{what} '{needed}' is needed by unfinished job '{user}'.")


def _analysed(job_ids: Sequence[str]) -> Select[str, str]:
    """Each of some jobs with the analyses that look at it, among others or alone."""
    inputs = func.jsonb_array_elements(Job.spec["inputs"]).table_valued(column("value", JSONB))
    given = inputs.lateral("given")
    looked_at = given.c.value["fine_tuning_job"].astext
    query = select(looked_at, Job.id).join(given, true())
    return query.where(Job.kind == "analysis", among(looked_at, job_ids))


def _started_from(job_ids: Sequence[str]) -> Select[str, str]:
    """Each of some jobs with those that start from a checkpoint of it."""
    start = Job.spec["init"]["id"].astext
    query = select(Snapshot.job_id, Job.id).join(Snapshot, Snapshot.id == start)
    return query.where(among(Snapshot.job_id, job_ids))
