"""The writes of a run. Each shows the run's lease token in its own transaction.

A run that lost its lease (its worker was silent too long, or the job ended without it) gets
LeaseLostError and can write nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from store import lifecycle
from store.database import Database
from store.errors import LeaseLostError
from store.events import Level, append_event
from store.ids import new_id
from store.schema import File, Job, Metrics, ResumeState, RowLengths, Snapshot
from store.text import storable


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

    def __init__(self, database: Database, key: RunKey) -> None:
        self._database = database
        self.key = key

    @contextmanager
    def transaction(self) -> Iterator[tuple[Session, Job]]:
        """Yield a session and the job's locked row. Raises LeaseLostError."""
        with self._database.transaction() as session:
            query = select(Job).where(Job.id == self.key.job_id).with_for_update()
            job = session.scalar(query)
            if job is None or job.lease_token != self.key.token:
                raise LeaseLostError(f"the run of {self.key.job_id} lost its lease")
            yield session, job

    def renew(self, lease: timedelta) -> bool:
        """Lengthen the lease; return whether the owner asked to cancel. Raises LeaseLostError."""
        statement = (
            update(Job)
            .where(Job.id == self.key.job_id, Job.lease_token == self.key.token)
            .values(lease_expires_at=func.clock_timestamp() + lease)
            .returning(Job.cancel_requested_at)
        )
        with self._database.transaction() as session:
            row = session.execute(statement).one_or_none()
        if row is None:
            raise LeaseLostError(f"the run of {self.key.job_id} lost its lease")
        return row[0] is not None

    def record_row_lengths(self, file_id: str, model_id: str, lengths: list[int]) -> None:
        """Store the tokens of each row of a file under a model's tokenizer."""
        statement = insert(RowLengths).values(file_id=file_id, model_id=model_id, lengths=lengths)
        with self.transaction() as (session, _):
            session.execute(
                statement.on_conflict_do_update(
                    index_elements=["file_id", "model_id"], set_={"lengths": lengths}
                )
            )

    def start(self) -> None:
        """The input is valid, the work itself begins."""
        with self.transaction() as (session, job):
            lifecycle.start(session, job)

    def record_event(
        self,
        message: str,
        *,
        level: Level = "info",
        data: dict[str, Any] | None = None,
        key: str | None = None,
    ) -> None:
        """Store an event; one with a `key` that the job has already is dropped."""
        with self.transaction() as (session, job):
            append_event(session, job, message, level=level, data=data, key=key)

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
        with self.transaction() as (session, job):
            if rows:
                session.execute(upsert, rows)
            job.trained_tokens = trained_tokens
            _set_progress(job, progress)

    def record_progress(self, progress: dict[str, Any]) -> None:
        """Store how far the run is."""
        with self.transaction() as (_, job):
            _set_progress(job, progress)

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
        with self.transaction() as (session, job):
            session.execute(
                insert(Snapshot)
                .values(row)
                .on_conflict_do_nothing(index_elements=["job_id", "step"])
            )
            message = f"Snapshot at step {step}"
            append_event(
                session, job, message, type_="metrics", data={"step": step, **metrics},
                key=f"snapshot:{step}",
            )  # fmt: skip

    def record_state(self, step: int, artifact_key: str) -> None:
        """Point at the newest resume state, whose artifact is written."""
        values = {"step": step, "artifact_key": artifact_key}
        statement = insert(ResumeState).values(job_id=self.key.job_id, **values)
        with self.transaction() as (session, _):
            session.execute(
                statement.on_conflict_do_update(
                    index_elements=["job_id"],
                    set_={**values, "created_at": func.clock_timestamp()},
                )
            )

    def newest_state(self) -> ResumeState | None:
        """Return where the newest resume state lies, if there is one."""
        with self.transaction() as (session, job):
            return session.get(ResumeState, job.id)

    def fail(self, code: str, message: str, param: str | None = None) -> None:
        """End the job with an error."""
        with self.transaction() as (session, job):
            lifecycle.fail(session, job, code, message, param)

    def cancel(self) -> None:
        """Confirm that the run stopped because its owner asked."""
        with self.transaction() as (session, job):
            lifecycle.cancel(session, job)

    def release(self, reason: str) -> None:
        """Give the job back to the queue, as a worker does that shuts down."""
        with self.transaction() as (session, job):
            lifecycle.requeue(session, job, reason)


def add_result_files(session: Session, job: Job, files: Iterable[File]) -> None:
    """Attach finished artifacts to a job as its result files."""
    for file in files:
        file.id = new_id("file")
        file.job_id = job.id
        file.project_id = job.project_id
        file.purpose = "fine-tune-results"
        session.add(file)


def _set_progress(job: Job, progress: dict[str, Any]) -> None:
    job.progress = progress
    job.progress_at = func.clock_timestamp()
