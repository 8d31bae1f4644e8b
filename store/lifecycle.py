"""The job state machine: every change of `status` is a function here and writes its event.

    queued -> validating_files -> running -> succeeded | failed | cancelled
       ^______________|______________|   a released or lost run goes back to the queue
       |____ paused ___|______________|   a paused one too, when it is resumed
       |____ failed                       and a failed one that is retried

Each function takes a row that its transaction holds (locked, or just inserted).
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from store.clock import database_time
from store.database import ring_after_commit
from store.deliveries import announce
from store.errors import ConflictError
from store.events import Level, append_event
from store.schema import ACTIVE, FINAL, Job
from store.text import storable

_BACKOFF, _LONGEST_BACKOFF = timedelta(seconds=5), timedelta(minutes=10)

_RETRY = {
    "tuning": "a retry goes on from its last saved state",
    "analysis": "a retry begins again",
}

TRANSITIONS: dict[str, frozenset[str]] = {
    "queued": frozenset({"validating_files", "paused", "cancelled"}),
    "validating_files": frozenset({"running", "queued", "paused", "failed", "cancelled"}),
    "running": frozenset({"succeeded", "queued", "paused", "failed", "cancelled"}),
    "paused": frozenset({"queued", "cancelled"}),
    "succeeded": frozenset(),
    "failed": frozenset({"queued"}),
    "cancelled": frozenset(),
}


def enqueue(session: Session, *jobs: Job) -> None:
    """Insert new jobs as `queued`, each with its first event, in their order."""
    for job in jobs:
        job.status = "queued"
        job.last_event = 0
    session.add_all(jobs)
    session.flush()
    for job in jobs:
        append_event(session, job, f"Created {job.kind} job: {job.id}")
        ring_after_commit(session, job.queue)


def take(session: Session, job: Job, token: UUID, lease: timedelta, time_limit: timedelta) -> None:
    """Give the job to a run, which validates its input first: a new attempt under a lease."""
    _move(job, "validating_files")
    job.attempt += 1
    job.lease_token = token
    now = database_time(session)
    job.lease_expires_at = now + lease
    job.deadline_at = now + time_limit
    job.last_write = 0
    job.progress_at = now
    job.started_at = job.started_at or now
    message = f"Validating files (attempt {job.attempt})"
    append_event(session, job, message, data={"attempt": job.attempt})


def start(session: Session, job: Job) -> None:
    """The input is valid: the work itself begins."""
    _move(job, "running")
    append_event(session, job, f"Files validated, {job.kind} started")


def succeed(session: Session, job: Job, outcome: dict[str, Any]) -> None:
    """End a job whose results are stored."""
    _finish(session, job, "succeeded")
    job.outcome = outcome
    append_event(session, job, "The job has successfully completed", data=outcome)


def fail(session: Session, job: Job, code: str, message: str, param: str | None = None) -> None:
    """End a job with an error that its owner reads."""
    text = storable(message)
    job.error_code, job.error_message, job.error_param = code, text, param
    _finish(session, job, "failed")
    append_event(session, job, text, level="error", data={"code": code, "param": param})


def time_out(session: Session, job: Job, message: str) -> None:
    """Fail a job whose run took too long; the error says what a retry would do."""
    again = _RETRY[job.kind]
    fail(session, job, "timeout", f"{message}; {again}.")


def cancel(session: Session, job: Job) -> None:
    """End a job that its owner gave up."""
    _finish(session, job, "cancelled")
    job.cancel_requested_at = job.cancel_requested_at or database_time(session)
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
        job.cancel_requested_at = database_time(session)
        append_event(session, job, "Cancel requested")


def request_pause(session: Session, job: Job) -> None:
    """Pause now what no run holds; ask the run of any other job to save its state and stop.

    Asking twice is asking once. Raises ConflictError for a job at its end or about to be cancelled.
    """
    if job.status in FINAL or job.cancel_requested_at is not None:
        state = job.status if job.status in FINAL else "being cancelled"
        raise ConflictError(f"Job '{job.id}' is {state} and cannot be paused.")
    if job.status == "queued":
        pause(session, job)
    elif job.status in ACTIVE and job.pause_requested_at is None:
        job.pause_requested_at = database_time(session)
        append_event(session, job, "Pause requested")


def pause(session: Session, job: Job) -> None:
    """Hold a job until its owner resumes it."""
    _move(job, "paused")
    _drop_lease(job)
    job.pause_requested_at = job.pause_requested_at or database_time(session)
    append_event(session, job, "The job is paused")


def resume(session: Session, job: Job) -> None:
    """Put a paused job back into the queue, or take back a pause that no run has confirmed.

    Raises ConflictError for a job that nobody paused.
    """
    if job.pause_requested_at is None or job.status in FINAL:
        raise ConflictError(f"Job '{job.id}' is {job.status} and not paused.")
    job.pause_requested_at = None
    if job.status in ACTIVE:
        append_event(session, job, "Pause taken back")
        return
    _move(job, "queued")
    _wait(session, job, "Resumed")


def require_failed(job: Job) -> None:
    """Raise ConflictError for a job that cannot be retried."""
    if job.status != "failed":
        raise ConflictError(f"Job '{job.id}' is {job.status}; only a failed job can be retried.")


def retry(session: Session, job: Job) -> None:
    """Queue a failed job again. Raises ConflictError for any other.

    A tuning job goes on from its newest resume state; an analysis, which saves none, begins again.
    """
    require_failed(job)
    _move(job, "queued")
    job.error_code = job.error_message = job.error_param = None
    job.finished_at = job.cancel_requested_at = None
    job.lost_workers = 0
    _wait(session, job, "Retried")


def requeue(session: Session, job: Job, reason: str, delay: timedelta = timedelta()) -> None:
    """Put a job whose run ended without a result back into the queue.

    One that its owner wants paused or cancelled meanwhile becomes that instead. Raises
    ConflictError for a job that no run holds.
    """
    if job.status not in ACTIVE:
        raise ConflictError(f"Job '{job.id}' is {job.status}: no run holds it.")
    if job.cancel_requested_at is not None:
        cancel(session, job)
    elif job.pause_requested_at is not None:
        pause(session, job)
    else:
        _move(job, "queued")
        _drop_lease(job)
        _wait(session, job, f"Back in the queue: {reason}", "warn", delay)


def lose(session: Session, job: Job, reason: str, max_attempts: int) -> None:
    """End a run that was lost through no fault of its owner, and fail the job if it was the last.

    The queue gets it back after a time that doubles, so that a job which kills its workers does not
    starve the others.
    """
    job.lost_workers += 1
    if job.cancel_requested_at is None and job.lost_workers >= max_attempts:
        times = "once" if job.lost_workers == 1 else f"{job.lost_workers} times"
        fail(session, job, "worker_lost", f"The run was lost {times}; at last {reason}.")
    else:
        delay = min(_BACKOFF * 2 ** min(job.lost_workers - 1, 10), _LONGEST_BACKOFF)
        requeue(session, job, reason, delay)


def _wait(
    session: Session, job: Job, message: str, level: Level = "info", delay: timedelta = timedelta()
) -> None:
    job.eligible_at = database_time(session) + delay
    if job.kind == "analysis":
        job.progress = None  # it begins again
    append_event(session, job, message, level=level)
    ring_after_commit(session, job.queue)


def _finish(session: Session, job: Job, status: str) -> None:
    _move(job, status)
    _drop_lease(job)
    job.finished_at = database_time(session)
    job.pause_requested_at = None
    announce(session, job)


def _move(job: Job, status: str) -> None:
    if status not in TRANSITIONS[job.status]:
        raise ConflictError(f"Job '{job.id}' is {job.status} and cannot become {status}.")
    job.status = status


def _drop_lease(job: Job) -> None:
    job.lease_token = None
    job.lease_expires_at = None
    job.deadline_at = None
