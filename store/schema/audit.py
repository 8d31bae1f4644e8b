"""Who changed what."""

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import Base, CreatedAt


class AuditEntry(Base):
    """A request that changed something, stored in the transaction of its change."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_project", "project_id", "created_at"),)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    key_id: Mapped[str] = mapped_column(String(64))
    method: Mapped[str] = mapped_column(String(8))
    path: Mapped[str] = mapped_column(String(512))
    request_id: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[CreatedAt]
