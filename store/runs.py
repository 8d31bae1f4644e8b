"""The writes of a run. Each shows the run's lease token in its own transaction.

A run that lost its lease (its worker was silent too long, or the job ended without it) gets
LeaseLostError and can write nothing. While PostgreSQL is away a write is tried again for a while;
each has a number, so that one which was committed before its answer got lost is not done twice.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from store import lifecycle
from store.database import Database
from store.errors import LeaseLostError
from store.events import Level, append_event
from store.ids import new_id
from store.patience import persist
from store.schema import File, Job, Metrics, ResumeState, RowLengths, Snapshot
from store.text import storable

Wish = Literal["cancel", "pause", "timeout"]
Change = Callable[[Session, Job], object]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunKey:
    """Which run writes: the job, its attempt, and the lease token."""

    job_id: str
    project_id: str
    attempt: int
    token: UUID

    def artifact_key(self, kind: str, step: int | str) -> str:
        """Return the key under which this attempt stores an artifact; no two attempts share one."""
        return f"{self.project_id}/{self.job_id}/{self.attempt}/{kind}-{step}"


class Run:
    """A claimed job, as its worker sees it."""

    def __init__(
        self, database: Database, key: RunKey, patience: timedelta = timedelta(minutes=5)
    ) -> None:
        self._database = database
        self._patience = patience.total_seconds()
        self._writes = 0
        self.key = key

    def write(self, change: Change) -> None:
        """Do a change in a transaction that holds the job's row, once and no more.

        `change` may be called again after a transaction that failed. Raises LeaseLostError, or the
        database's error once it has been away for longer than the run's patience.
        """
        self._writes += 1
        persist(lambda: self._write(change), OperationalError, self._patience, self._tell)

    def _write(self, change: Change) -> None:
        with self.transaction() as (session, job):
            if job.last_write < self._writes:
                change(session, job)
                job.last_write = self._writes

    def _tell(self, error: OperationalError) -> None:
        log.warning("a write of %s failed, is tried again: %s", self.key.job_id, error.orig)

    @contextmanager
    def transaction(self) -> Iterator[tuple[Session, Job]]:
        """Yield a session and the job's locked row. Raises LeaseLostError."""
        with self._database.transaction() as session:
            query = select(Job).where(Job.id == self.key.job_id).with_for_update()
            job = session.scalar(query)
            if job is None or job.lease_token != self.key.token:
                raise LeaseLostError(f"the run of {self.key.job_id} lost its lease")
            yield session, job

    def renew(self, lease: timedelta, gets_on: bool = False) -> Wish | None:
        """Lengthen the lease; return what the owner asked for. Raises LeaseLostError.

        `gets_on` notes that the work itself went on since the last time.
        """
        now = func.clock_timestamp()
        statement = (
            update(Job)
            .where(Job.id == self.key.job_id, Job.lease_token == self.key.token)
            .values(lease_expires_at=now + lease, progress_at=now if gets_on else Job.progress_at)
            .returning(
                Job.cancel_requested_at.is_not(None),
                Job.pause_requested_at.is_not(None),
                Job.deadline_at < now,
            )
        )
        with self._database.transaction() as session:
            row = session.execute(statement).one_or_none()
        if row is None:
            raise LeaseLostError(f"the run of {self.key.job_id} lost its lease")
        cancel, pause, late = row
        if cancel:
            return "cancel"
        return "timeout" if late else "pause" if pause else None

    def record_row_lengths(self, file_id: str, model_id: str, lengths: list[int]) -> None:
        """Store the tokens of each row of a file under a model's tokenizer."""
        statement = insert(RowLengths).values(file_id=file_id, model_id=model_id, lengths=lengths)
        upsert = statement.on_conflict_do_update(
            index_elements=["file_id", "model_id"], set_={"lengths": lengths}
        )
        self.write(lambda session, _: session.execute(upsert))

    def start(self) -> None:
        """The input is valid, the work itself begins."""
        self.write(lifecycle.start)

    def record_event(
        self,
        message: str,
        *,
        level: Level = "info",
        data: dict[str, Any] | None = None,
        key: str | None = None,
    ) -> None:
        """Store an event; one with a `key` that the job has already is dropped."""
        self.write(
            lambda session, job: append_event(
                session, job, message, level=level, data=data, key=key
            )
        )

    def record_steps(
        self, steps: Mapping[int, dict[str, Any]], progress: dict[str, Any], trained_tokens: int
    ) -> None:
        """Store the measured values of steps, and how far the run is."""
        rows = [
            {"job_id": self.key.job_id, "step": step, "values": values}
            for step, values in steps.items()
        ]
        statement = insert(Metrics)
        upsert = statement.on_conflict_do_update(
            index_elements=["job_id", "step"], set_={"values": statement.excluded["values"]}
        )

        def change(session: Session, job: Job) -> None:
            if rows:
                session.execute(upsert, rows)
            job.trained_tokens = trained_tokens
            set_progress(job, progress)

        self.write(change)

    def record_phase(self, phase: str) -> None:
        """Store what the run does now. How far it was before stays: grading undoes no step."""

        def change(_: Session, job: Job) -> None:
            percent = (job.progress or {}).get("percent")
            kept = {} if percent is None else {"percent": percent}
            set_progress(job, {"phase": phase, **kept})

        self.write(change)

    def record_snapshot(
        self,
        step: int,
        epoch: int,
        artifact_key: str,
        metrics: dict[str, Any],
        nearest_tokens: list[Any],
    ) -> None:
        """Store the row of a snapshot whose artifact is written, with its event.

        A step that an earlier attempt has stored keeps its first row.
        """
        row = {
            "id": new_id("ftckpt"),
            "job_id": self.key.job_id,
            "step": step,
            "epoch": epoch,
            "artifact_key": artifact_key,
            "metrics": metrics,
            "nearest_tokens": storable(nearest_tokens),
        }
        statement = insert(Snapshot).values(row)
        once = statement.on_conflict_do_nothing(index_elements=["job_id", "step"])

        def change(session: Session, job: Job) -> None:
            session.execute(once)
            append_event(
                session, job, f"Snapshot at step {step}", type_="metrics",
                data={"step": step, **metrics}, key=f"snapshot:{step}",
            )  # fmt: skip

        self.write(change)

    def record_state(self, step: int, artifact_key: str) -> None:
        """Point at the newest resume state, whose artifact is written."""
        values = {"step": step, "artifact_key": artifact_key}
        statement = insert(ResumeState).values(job_id=self.key.job_id, **values)
        upsert = statement.on_conflict_do_update(
            index_elements=["job_id"], set_={**values, "created_at": func.clock_timestamp()}
        )
        self.write(lambda session, _: session.execute(upsert))

    def newest_state(self) -> ResumeState | None:
        """Return where the newest resume state lies, if there is one."""
        with self.transaction() as (session, job):
            return session.get(ResumeState, job.id)

    def fail(self, code: str, message: str, param: str | None = None) -> None:
        """End the job with an error."""
        self.write(lambda session, job: lifecycle.fail(session, job, code, message, param))

    def time_out(self, message: str) -> None:
        """Fail the job because this run took too long."""
        self.write(lambda session, job: lifecycle.time_out(session, job, message))

    def cancel(self) -> None:
        """Confirm that the run stopped because its owner asked."""
        self.write(lifecycle.cancel)

    def pause(self) -> None:
        """Confirm that the run has saved its state and stopped because its owner asked.

        An owner who has taken the pause back meanwhile finds the job in the queue.
        """
        self.release("its pause was taken back")

    def release(self, reason: str, delay: timedelta = timedelta()) -> None:
        """Give the job back to the queue through no fault of its own, to wait there for `delay`."""
        self.write(lambda session, job: lifecycle.requeue(session, job, reason, delay))

    def lose(self, reason: str, max_attempts: int) -> None:
        """Give the job back because this attempt could not go on; so many times and no more."""
        self.write(lambda session, job: lifecycle.lose(session, job, reason, max_attempts))


def add_result_files(session: Session, job: Job, files: Iterable[File]) -> None:
    """Attach finished artifacts to a job as its result files."""
    for file in files:
        file.id = new_id("file")
        file.job_id = job.id
        file.project_id = job.project_id
        file.purpose = "fine-tune-results"
        session.add(file)


def set_progress(job: Job, progress: dict[str, Any]) -> None:
    """Note how far a run is, and that it gets on."""
    job.progress = progress
    job.progress_at = func.clock_timestamp()
