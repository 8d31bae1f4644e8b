"""Where a project wants to hear of its jobs, and what was sent there."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import Base, CreatedAt, Id


class Webhook(Base):
    """An address and the sealed secret that signs what goes there.

    `disabled_at` is set when the receiver answers that it is gone (410).
    """

    __tablename__ = "webhooks"
    __table_args__ = (Index("ix_webhooks_project_page", "project_id", "created_at", "id"),)

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    url: Mapped[str] = mapped_column(String(2048))
    events: Mapped[list[str]] = mapped_column(ARRAY(String(64)))
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class Delivery(Base):
    """One event for one webhook. `id` is the message's id and the same at every try."""

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name="state"),
        Index("ix_deliveries_page", "webhook_id", "created_at", "id"),
        Index("ix_deliveries_due", "due_at", postgresql_where=text("state = 'waiting'")),
    )

    id: Mapped[Id]
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    job_id: Mapped[str] = mapped_column(String(64))
    event: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16), server_default="waiting")
    tries: Mapped[int] = mapped_column(Integer, server_default="0")
    due_at: Mapped[datetime | None]
    answer_status: Mapped[int | None] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[CreatedAt]
    delivered_at: Mapped[datetime | None]
