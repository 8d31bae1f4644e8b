"""What a run leaves while it goes on: events, metrics, snapshots, the resume state."""

from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import Base, CreatedAt, Id


class Event(Base):
    """A numbered message of a job. `key` makes an epoch's or a snapshot's event unique per job."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("job_id", "number"),
        UniqueConstraint("job_id", "key"),
        Index("ix_events_page", "job_id", "created_at", "id"),
    )

    id: Mapped[Id]
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    key: Mapped[str | None] = mapped_column(String(64))
    level: Mapped[str] = mapped_column(String(8))
    type: Mapped[str] = mapped_column(String(16))
    message: Mapped[str]
    data: Mapped[dict[str, Any]]
    created_at: Mapped[CreatedAt]


class Metrics(Base):
    """The measured values of one training step."""

    __tablename__ = "metrics"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[int] = mapped_column(Integer, primary_key=True)
    values: Mapped[dict[str, Any]]


class Snapshot(Base):
    """The prompt alone at a step, in artifact storage; immutable. Clients call it checkpoint."""

    __tablename__ = "snapshots"
    __table_args__ = (
        UniqueConstraint("job_id", "step"),
        Index("ix_snapshots_page", "job_id", "created_at", "id"),
    )

    id: Mapped[Id]
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    step: Mapped[int] = mapped_column(Integer)
    epoch: Mapped[int] = mapped_column(Integer)
    artifact_key: Mapped[str] = mapped_column(String(512))
    metrics: Mapped[dict[str, Any]]
    nearest_tokens: Mapped[list[Any]]
    created_at: Mapped[CreatedAt]


class ResumeState(Base):
    """Where the newest state lies from which a run can go on."""

    __tablename__ = "resume_states"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[int] = mapped_column(Integer)
    artifact_key: Mapped[str] = mapped_column(String(512))
    created_at: Mapped[CreatedAt]
