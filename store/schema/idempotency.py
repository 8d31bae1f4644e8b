"""Requests that carry an Idempotency-Key, and the answers they got."""

from uuid import UUID

from sqlalchemy import ForeignKey, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from store.schema.base import Base, CreatedAt


class IdempotentRequest(Base):
    """One request of a project under a key of its choice.

    `token` names the attempt that may write. `committed` is set in the transaction of the request's
    own writes; `status` and `answer` follow once the answer is known.
    """

    __tablename__ = "idempotent_requests"

    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    route: Mapped[str] = mapped_column(String(512))
    token: Mapped[UUID]
    committed: Mapped[bool] = mapped_column(server_default=text("false"))
    body_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    status: Mapped[int | None] = mapped_column(Integer)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[CreatedAt]
