"""API keys: made once, stored as an HMAC, found again by it."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Self

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, not_, select, update
from sqlalchemy.orm import Session

from store.errors import NotFoundError
from store.ids import new_id
from store.pages import Page, read_page
from store.schema import ApiKey

ProjectScope = Literal["read", "write", "admin"]
Scope = ProjectScope | Literal["metrics"]
"""`metrics` shows figures of every project: it is the operator's to give, on the command line."""

ALL_SCOPES: tuple[ProjectScope, ...] = ("read", "write", "admin")
"""What a key may do in its project."""

PREFIX = "tsl_"
USE_RESOLUTION = timedelta(minutes=1)


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


@dataclass(frozen=True)
class ValidKey:
    """A key that opens its project, and whether its row must be brought up to date."""

    id: str
    project_id: str
    scopes: frozenset[str]
    note_is_due: bool

    @classmethod
    def of(cls, row: Row[str, str, list[str], bool] | None) -> Self | None:
        """Return what a row of `valid_keys` says, None without one."""
        if row is None:
            return None
        key_id, project_id, scopes, note_is_due = row
        return cls(key_id, project_id, frozenset(scopes), note_is_due)


def valid_keys(present: ColumnElement[bool]) -> Select[str, str, list[str], bool]:
    """Select keys that are neither revoked nor expired, in the order of ValidKey's fields.

    A note is due unless the key was used within the last minute and its row is `present`.
    """
    keys = ApiKey.__table__.c
    now = func.clock_timestamp()
    noted = and_(present, keys.last_used_at > now - USE_RESOLUTION)
    return select(keys.id, keys.project_id, keys.scopes, func.coalesce(not_(noted), True)).where(
        keys.revoked_at.is_(None), func.coalesce(keys.expires_at > now, True)
    )


def _by_digest() -> Select[str, str, list[str], bool]:
    digest = ApiKey.__table__.c.digest
    given = digest.in_(bindparam("digests", expanding=True))
    return valid_keys(digest == bindparam("present")).where(given)


_BY_DIGEST = _by_digest()
"""Built once: it is made with every request, and building it costs as much."""


def find_key(session: Session, operator_keys: Sequence[str], key: str) -> ValidKey | None:
    """Return a valid key, or None if it is unknown, revoked or expired. Changes nothing.

    The look-up is by the HMAC: its timing tells nothing about a key without the secret.
    """
    digests = [_digest(secret, key) for secret in operator_keys]
    given = {"digests": digests, "present": digests[0]}
    return ValidKey.of(session.connection().execute(_BY_DIGEST, given).one_or_none())


def note_use(session: Session, operator_keys: Sequence[str], key_id: str, key: str) -> None:
    """Note that a key is used, to the minute.

    One that was stored under an earlier secret is stored under the present one, the first.
    """
    session.execute(
        update(ApiKey)
        .where(ApiKey.id == key_id)
        .values(digest=_digest(operator_keys[0], key), last_used_at=func.clock_timestamp())
    )


def _digest(secret: str, key: str) -> bytes:
    return hmac.digest(secret.encode(), key.encode(), "sha256")
