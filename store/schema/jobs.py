"""Jobs of both kinds: what was asked, where it stands, who runs it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import Base, CreatedAt, Id

ACTIVE = ("validating_files", "running")
FINAL = ("succeeded", "failed", "cancelled")
STATUSES = ("queued", *ACTIVE, "paused", *FINAL)


def _among(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Job(Base):
    """A tuning or an analysis job. The row in status `queued` is the queue.

    `lease_expires_at` moves on while the worker lives, `progress_at` while the work gets on: a
    wedged run differs from a dead one. `deadline_at` is when the attempt's time is over,
    `last_write` the number of the run's last write: one whose answer got lost is not done twice.

    Jobs of one project with the same `co_tuning_key` may share a run; see store.co_tuning.

    `spec` holds the settings with every "auto" resolved: SoftPromptSpec of a tuning job,
    AnalysisSpec of an analysis; `source_job_id` is the tuning job whose whole trajectory it
    looks at, and goes with. `outcome` is what the finished run reports. The file columns
    are no foreign keys: a finished job goes on naming a file that its owner deleted since.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint(_among("kind", ("tuning", "analysis")), name="kind"),
        CheckConstraint(_among("status", STATUSES), name="status"),
        CheckConstraint(
            f"({_among('status', ACTIVE)}) = (lease_token IS NOT NULL)", name="lease_when_active"
        ),
        CheckConstraint(
            f"({_among('status', FINAL)}) = (finished_at IS NOT NULL)", name="finished_when_final"
        ),
        CheckConstraint("(status = 'failed') = (error_code IS NOT NULL)", name="error_when_failed"),
        Index("ix_jobs_project_page", "project_id", "kind", "created_at", "id"),
        Index("ix_jobs_status_page", "project_id", "kind", "status", "created_at", "id"),
        Index(
            "ix_jobs_metadata",
            "metadata",
            postgresql_using="gin",
            postgresql_ops={"metadata": "jsonb_path_ops"},
        ),
        Index(
            "ix_jobs_unfinished",
            "project_id",
            postgresql_where=text(f"status NOT {_among('', FINAL).strip()}"),
        ),
        Index(
            "ix_jobs_queued",
            "queue",
            "project_id",
            text("priority DESC"),
            text("(CASE WHEN lost_workers > 1 THEN eligible_at ELSE created_at END)"),
            "id",
            postgresql_where=text("status = 'queued'"),
        ),
        Index(
            "ix_jobs_co_tuning",
            "co_tuning_key",
            postgresql_where=text("status = 'queued' AND co_tuning_key IS NOT NULL"),
        ),
        Index(
            "ix_jobs_analysis_inputs",
            text("(spec -> 'inputs') jsonb_path_ops"),
            postgresql_using="gin",
            postgresql_where=text("kind = 'analysis'"),
        ),
        Index(
            "ix_jobs_active",
            "project_id",
            "lease_expires_at",
            postgresql_where=text(_among("status", ACTIVE)),
        ),
    )

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    kind: Mapped[str] = mapped_column(String(16))
    queue: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(32))
    priority: Mapped[int] = mapped_column(Integer, server_default="0")
    co_tuning_key: Mapped[str | None] = mapped_column(String(64))

    model_id: Mapped[str | None] = mapped_column(String(128))
    training_file_id: Mapped[str | None] = mapped_column(String(64), index=True)
    validation_file_id: Mapped[str | None] = mapped_column(String(64), index=True)
    source_job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id"), index=True)
    experiment_id: Mapped[str | None] = mapped_column(ForeignKey("experiments.id"), index=True)
    arm: Mapped[str | None] = mapped_column(String(64))
    seed: Mapped[int] = mapped_column(Integer, server_default="0")
    suffix: Mapped[str | None] = mapped_column(String(64))
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=text("'{}'"))
    spec: Mapped[dict[str, Any]]

    created_at: Mapped[CreatedAt]
    eligible_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
    pause_requested_at: Mapped[datetime | None]

    attempt: Mapped[int] = mapped_column(Integer, server_default="0")
    lost_workers: Mapped[int] = mapped_column(Integer, server_default="0")
    lease_token: Mapped[UUID | None]
    lease_expires_at: Mapped[datetime | None]
    deadline_at: Mapped[datetime | None]
    last_write: Mapped[int] = mapped_column(Integer, server_default="0")
    progress: Mapped[dict[str, Any] | None]
    progress_at: Mapped[datetime | None]
    last_event: Mapped[int] = mapped_column(Integer, server_default="0")

    trained_tokens: Mapped[int | None] = mapped_column(BigInteger)
    outcome: Mapped[dict[str, Any] | None]
    error_code: Mapped[str | None] = mapped_column(String(32))
    error_message: Mapped[str | None]
    error_param: Mapped[str | None] = mapped_column(String(128))
