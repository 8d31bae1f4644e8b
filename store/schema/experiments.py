"""Experiments: many tuning jobs and one comparison."""

from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import Base, CreatedAt, Id


class Experiment(Base):
    """What an experiment consists of; where it stands is what its jobs say.

    `spec` is an ExperimentSpec. Its jobs name it and their arm.
    """

    __tablename__ = "experiments"
    __table_args__ = (Index("ix_experiments_project_page", "project_id", "created_at", "id"),)

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str] = mapped_column(String(128))
    priority: Mapped[int] = mapped_column(Integer, server_default="0")
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=text("'{}'"))
    spec: Mapped[dict[str, Any]]
    created_at: Mapped[CreatedAt]
