"""Files that people upload and that jobs leave behind, and the lengths of their rows."""

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import Base, CreatedAt, Id


class File(Base):
    """A file's row; its bytes lie in artifact storage. `rows` counts a data file's lines."""

    __tablename__ = "files"
    __table_args__ = (
        CheckConstraint(
            "purpose IN ('fine-tune', 'point-cloud', 'fine-tune-results')", name="purpose"
        ),
        Index("ix_files_project_page", "project_id", "created_at", "id"),
    )

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    job_id: Mapped[str | None] = mapped_column(
        ForeignKey("jobs.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[str] = mapped_column(String(32))
    filename: Mapped[str] = mapped_column(String(255))
    bytes: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int | None] = mapped_column(Integer)
    artifact_key: Mapped[str] = mapped_column(String(512), unique=True)
    created_at: Mapped[CreatedAt]


class RowLengths(Base):
    """Tokens of each row of a file under a model's tokenizer, as a worker counted them."""

    __tablename__ = "row_lengths"

    file_id: Mapped[str] = mapped_column(
        ForeignKey("files.id", ondelete="CASCADE"), primary_key=True
    )
    model_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    lengths: Mapped[list[int]] = mapped_column(ARRAY(Integer))
