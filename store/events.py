"""The numbered events of a job."""

from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.ids import new_id
from store.schema import Event, Job

Level = Literal["info", "warn", "error"]
EventType = Literal["message", "metrics"]


def append_event(
    session: Session,
    job: Job,
    message: str,
    *,
    level: Level = "info",
    type_: EventType = "message",
    data: dict[str, Any] | None = None,
    key: str | None = None,
) -> None:
    """Number and store an event of a job whose row this transaction holds.

    An event whose `key` the job has already is left as it is, so that a resumed run which
    passes the same epoch or snapshot again doubles nothing.
    """
    if key is not None and _has_event(session, job, key):
        return
    job.last_event += 1
    session.add(
        Event(
            id=new_id("ftevent"),
            job_id=job.id,
            number=job.last_event,
            key=key,
            level=level,
            type=type_,
            message=message,
            data=data or {},
        )
    )


def _has_event(session: Session, job: Job, key: str) -> bool:
    query = select(Event.id).where(Event.job_id == job.id, Event.key == key)
    return session.scalar(query) is not None
