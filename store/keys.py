"""API keys: made once, stored as an HMAC, found again by it."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from store.errors import NotFoundError
from store.ids import new_id
from store.pages import Page, read_page
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
    scopes: Sequence[str] = ALL_SCOPES,
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


class Keys:
    """The keys of one project."""

    def __init__(self, session: Session, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    def page(self, after: str | None, limit: int) -> Page[ApiKey]:
        """Return a page of keys, newest first, the revoked and expired ones among them."""
        return read_page(self._session, self._scoped(), ApiKey, after, limit)

    def revoke(self, key_id: str) -> ApiKey:
        """End a key now and for good; its row stays. Raises NotFoundError."""
        row = self._session.scalar(self._scoped().where(ApiKey.id == key_id).with_for_update())
        if row is None:
            raise NotFoundError("key", key_id)
        row.revoked_at = row.revoked_at or func.clock_timestamp()
        self._session.flush()
        return row

    def _scoped(self) -> Select[ApiKey]:
        return select(ApiKey).where(ApiKey.project_id == self._project_id)


def authenticate(session: Session, operator_keys: Sequence[str], key: str) -> ApiKey | None:
    """Return the row of a valid key, or None if it is unknown, revoked or expired.

    The look-up is by the HMAC: its timing tells nothing about a key without the secret. A key that
    was stored under an earlier secret is stored under the present one, the first, when it is used.
    """
    digests = [_digest(secret, key) for secret in operator_keys]
    row = session.scalar(select(ApiKey).where(ApiKey.digest.in_(digests), *valid_now()))
    if row is not None:
        note_use(session, row)
        if row.digest != digests[0]:
            row.digest = digests[0]
    return row


def valid_now() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions of a key that is neither revoked nor expired."""
    unexpired = func.coalesce(ApiKey.expires_at > func.clock_timestamp(), True)
    return ApiKey.revoked_at.is_(None), unexpired


def note_use(session: Session, row: ApiKey) -> None:
    """Keep when a key was used last, to the minute."""
    now = session.scalar(select(func.clock_timestamp()))
    if now is not None and (row.last_used_at is None or now - row.last_used_at > _USE_RESOLUTION):
        row.last_used_at = now


def _digest(secret: str, key: str) -> bytes:
    return hmac.digest(secret.encode(), key.encode(), "sha256")
