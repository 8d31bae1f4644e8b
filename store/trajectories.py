"""What jobs left on their way: snapshots, and what was measured at each step."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from store.errors import NotFoundError
from store.ids import among
from store.schema import Job, Metrics, Snapshot


def snapshots_of(session: Session, job_id: str) -> list[Snapshot]:
    """Return every snapshot of a job in the order of its steps."""
    query = select(Snapshot).where(Snapshot.job_id == job_id).order_by(Snapshot.step)
    return list(session.scalars(query))


def snapshot_by_id(session: Session, project_id: str, snapshot_id: str) -> Snapshot:
    """Return a snapshot of one of the project's jobs. Raises NotFoundError."""
    (snapshot,) = snapshots_by_id(session, project_id, [snapshot_id])
    return snapshot


def some_snapshots(project_id: str, snapshot_ids: Iterable[str]) -> Select[Snapshot]:
    """Select those of some snapshots that the project's jobs have."""
    return (
        select(Snapshot)
        .join(Job, Job.id == Snapshot.job_id)
        .where(Job.project_id == project_id, among(Snapshot.id, snapshot_ids))
    )


def snapshots_by_id(
    session: Session, project_id: str, snapshot_ids: Sequence[str]
) -> list[Snapshot]:
    """Return snapshots of the project's jobs in the order of their steps, each once.

    Raises NotFoundError that names the first one missing.
    """
    query = some_snapshots(project_id, snapshot_ids).order_by(Snapshot.step)
    found = {snapshot.id: snapshot for snapshot in session.scalars(query)}
    for snapshot_id in snapshot_ids:
        if snapshot_id not in found:
            raise NotFoundError("checkpoint", snapshot_id)
    return list(found.values())


def metrics_of(session: Session, job_id: str) -> list[dict[str, Any]]:
    """Return the values of every step of a job in order, the step among them."""
    query = select(Metrics).where(Metrics.job_id == job_id).order_by(Metrics.step)
    return [{"step": row.step, **row.values} for row in session.scalars(query)]
