"""What has happened to jobs since somebody looked: for the event streams' one poller."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.schema import Event, Job


@dataclass(frozen=True)
class Mark:
    """Where a job stands: the number of its newest event, its status and its progress."""

    last_event: int
    status: str
    progress: dict[str, Any] | None


def marks_of(session: Session, job_ids: list[str]) -> dict[str, Mark]:
    """Return the marks of those jobs that are still there."""
    query = select(Job.id, Job.last_event, Job.status, Job.progress).where(Job.id.in_(job_ids))
    return {
        row.id: Mark(row.last_event, row.status, row.progress) for row in session.execute(query)
    }


def events_after(session: Session, job_id: str, number: int) -> list[Event]:
    """Return a job's events after `number`, in order."""
    query = (
        select(Event).where(Event.job_id == job_id, Event.number > number).order_by(Event.number)
    )
    return list(session.scalars(query))
