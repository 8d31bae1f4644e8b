"""What finished jobs leave: tuned models, and all that analyses found."""

from typing import Any

from sqlalchemy import ARRAY, Double, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import Base, CreatedAt, Id


class TunedModel(Base):
    """A base model with a tuned prompt. The id is what `fine_tuned_model` of its job says."""

    __tablename__ = "tuned_models"
    __table_args__ = (Index("ix_tuned_models_page", "project_id", "created_at", "id"),)

    id: Mapped[str] = mapped_column(String(256), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), unique=True)
    base_model_id: Mapped[str] = mapped_column(String(128))
    artifact_key: Mapped[str] = mapped_column(String(512), index=True)
    created_at: Mapped[CreatedAt]


class Diagram(Base):
    """A persistence diagram of one snapshot (or of an uploaded cloud, step 0) in one dimension.

    `input` is the place of the snapshot's source among the inputs of the analysis.
    """

    __tablename__ = "diagrams"
    __table_args__ = (
        UniqueConstraint("job_id", "input", "step", "dimension"),
        Index("ix_diagrams_page", "job_id", "created_at", "id"),
    )

    id: Mapped[Id]
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    input: Mapped[int] = mapped_column(Integer, server_default="0")
    step: Mapped[int] = mapped_column(Integer)
    dimension: Mapped[int] = mapped_column(Integer)
    births: Mapped[list[float]] = mapped_column(ARRAY(Double))
    deaths: Mapped[list[float]] = mapped_column(ARRAY(Double))
    essential: Mapped[list[float]] = mapped_column(ARRAY(Double))
    created_at: Mapped[CreatedAt]


class Statistics(Base):
    """The structural measures of one snapshot, ready to plot.

    `token_map` holds two coordinates per token, in axes that all snapshots of an analysis share.
    """

    __tablename__ = "statistics"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    input: Mapped[int] = mapped_column(Integer, primary_key=True, server_default="0")
    step: Mapped[int] = mapped_column(Integer, primary_key=True)
    values: Mapped[dict[str, Any]]
    token_map: Mapped[list[list[float]] | None] = mapped_column(ARRAY(Double, dimensions=2))


class Evolution(Base):
    """What an analysis found between snapshots, and of structure against performance."""

    __tablename__ = "evolutions"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    values: Mapped[dict[str, Any]]


class Figure(Base):
    """A drawn figure of an analysis, in artifact storage."""

    __tablename__ = "figures"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    format: Mapped[str] = mapped_column(String(8), primary_key=True)
    artifact_key: Mapped[str] = mapped_column(String(512))
