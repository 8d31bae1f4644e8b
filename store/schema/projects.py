"""Projects, the owners of everything, and their API keys."""

from datetime import datetime

from sqlalchemy import ARRAY, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import Base, CreatedAt, Id


class Project(Base):
    """An owner of files, jobs and keys. Names are unique."""

    __tablename__ = "projects"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(128), unique=True)
    created_at: Mapped[CreatedAt]


class ApiKey(Base):
    """A key's HMAC, never the key. `hint`, its last four characters, tells people keys apart."""

    __tablename__ = "api_keys"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    name: Mapped[str] = mapped_column(String(128))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    hint: Mapped[str] = mapped_column(String(4))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(16)))
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
