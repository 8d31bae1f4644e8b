"""API keys: made once, stored as an HMAC, found again by it."""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.ids import new_id
from store.schema import ApiKey

Scope = Literal["read", "write", "admin"]
ALL_SCOPES: tuple[Scope, ...] = ("read", "write", "admin")

PREFIX = "tsl_"
_USE_RESOLUTION = timedelta(minutes=1)


def create_key(
    session: Session,
    secret: str,
    project_id: str,
    name: str,
    scopes: tuple[Scope, ...] = ALL_SCOPES,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key of a project; return its row and the key itself, which is not stored."""
    key = PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(
        id=new_id("key"),
        project_id=project_id,
        name=name,
        digest=_digest(secret, key),
        hint=key[-4:],
        scopes=list(scopes),
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row, key


def authenticate(session: Session, secret: str, key: str) -> ApiKey | None:
    """Return the row of a valid key, or None if it is unknown, revoked or expired.

    The look-up is by the HMAC: its timing tells nothing about a key without the secret.
    """
    row = session.scalar(
        select(ApiKey).where(
            ApiKey.digest == _digest(secret, key),
            ApiKey.revoked_at.is_(None),
            func.coalesce(ApiKey.expires_at > func.clock_timestamp(), True),
        )
    )
    if row is not None:
        _note_use(session, row)
    return row


def _note_use(session: Session, row: ApiKey) -> None:
    now = session.scalar(select(func.clock_timestamp()))
    if now is not None and (row.last_used_at is None or now - row.last_used_at > _USE_RESOLUTION):
        row.last_used_at = now


def _digest(secret: str, key: str) -> bytes:
    return hmac.digest(secret.encode(), key.encode(), "sha256")
