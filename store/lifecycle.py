"""The job state machine: every change of `status` is a function here and writes its event.

    queued -> validating_files -> running -> succeeded | failed | cancelled
       ^______________|______________|   a released or lost run goes back to the queue

Each function takes a row that its transaction holds (locked, or just inserted).
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session

from store.database import ring_after_commit
from store.errors import ConflictError
from store.events import append_event
from store.schema import ACTIVE, FINAL, Job
from store.text import storable

TRANSITIONS: dict[str, frozenset[str]] = {
    "queued": frozenset({"validating_files", "cancelled"}),
    "validating_files": frozenset({"running", "queued", "failed", "cancelled"}),
    "running": frozenset({"succeeded", "queued", "failed", "cancelled"}),
    "paused": frozenset(),
    "succeeded": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
}


def enqueue(session: Session, job: Job) -> None:
    """Insert a new job as `queued` with its first event."""
    job.status = "queued"
    job.last_event = 0
    session.add(job)
    session.flush()
    append_event(session, job, f"Created {job.kind} job: {job.id}")
    ring_after_commit(session, job.queue)


def take(session: Session, job: Job, token: UUID, lease: timedelta) -> None:
    """Give the job to a run, which validates its input first: a new attempt under a lease."""
    _move(job, "validating_files")
    job.attempt += 1
    job.lease_token = token
    job.lease_expires_at = func.clock_timestamp() + lease
    job.started_at = job.started_at or func.clock_timestamp()
    message = f"Validating files (attempt {job.attempt})"
    append_event(session, job, message, data={"attempt": job.attempt})


def start(session: Session, job: Job) -> None:
    """The input is valid: the work itself begins."""
    _move(job, "running")
    append_event(session, job, f"Files validated, {job.kind} started")


def succeed(session: Session, job: Job, outcome: dict[str, Any]) -> None:
    """End a job whose results are stored."""
    _finish(job, "succeeded")
    job.outcome = outcome
    append_event(session, job, "The job has successfully completed", data=outcome)


def fail(session: Session, job: Job, code: str, message: str, param: str | None = None) -> None:
    """End a job with an error that its owner reads."""
    _finish(job, "failed")
    text = storable(message)
    job.error_code, job.error_message, job.error_param = code, text, param
    append_event(session, job, text, level="error", data={"code": code, "param": param})


def cancel(session: Session, job: Job) -> None:
    """End a job that its owner gave up."""
    _finish(job, "cancelled")
    job.cancel_requested_at = job.cancel_requested_at or func.clock_timestamp()
    append_event(session, job, "The job was cancelled")


def request_cancel(session: Session, job: Job) -> None:
    """Cancel now what no run holds; ask the run of any other job to stop.

    Asking twice is asking once. Raises ConflictError for a job that is at its end.
    """
    if job.status in FINAL:
        raise ConflictError(f"Job '{job.id}' is {job.status} and cannot be cancelled.")
    if job.status not in ACTIVE:
        cancel(session, job)
    elif job.cancel_requested_at is None:
        job.cancel_requested_at = func.clock_timestamp()
        append_event(session, job, "Cancel requested")


def requeue(session: Session, job: Job, reason: str, delay: timedelta = timedelta()) -> None:
    """Put a job whose run ended without a result back into the queue."""
    _move(job, "queued")
    _drop_lease(job)
    job.eligible_at = func.clock_timestamp() + delay
    append_event(session, job, f"Back in the queue: {reason}", level="warn")
    ring_after_commit(session, job.queue)


def _finish(job: Job, status: str) -> None:
    _move(job, status)
    _drop_lease(job)
    job.finished_at = func.clock_timestamp()


def _move(job: Job, status: str) -> None:
    if status not in TRANSITIONS[job.status]:
        raise ConflictError(f"Job '{job.id}' is {job.status} and cannot become {status}.")
    job.status = status


def _drop_lease(job: Job) -> None:
    job.lease_token = None
    job.lease_expires_at = None
