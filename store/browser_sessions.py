"""Browser sessions: opened with a key, found by a token, ended by hand, by time or with the key.

The token is random and says nothing of the key. It is stored as an HMAC, as keys are.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, true, update
from sqlalchemy.orm import Session

from store.keys import ValidKey, valid_keys
from store.schema import ApiKey, BrowserSession

LIFETIME = timedelta(hours=12)


def open_session(session: Session, secret: str, key_id: str) -> str:
    """Open a session of a key; return its token, which is not stored."""
    token = secrets.token_urlsafe(32)
    ends = func.clock_timestamp() + LIFETIME
    session.add(BrowserSession(digest=_digest(secret, token), key_id=key_id, expires_at=ends))
    forget_ended_sessions(session)
    return token


def key_of_session(session: Session, operator_keys: Sequence[str], token: str) -> ValidKey | None:
    """Return the key that a session was opened with, or None if either is not valid any more."""
    query = (
        valid_keys(present=true())
        .join(BrowserSession, BrowserSession.key_id == ApiKey.id)
        .where(
            BrowserSession.digest.in_(_digests(operator_keys, token)),
            BrowserSession.expires_at > func.clock_timestamp(),
        )
    )
    return ValidKey.of(session.execute(query).one_or_none())


def note_session_use(session: Session, key_id: str) -> None:
    """Note that a key is used through a session, to the minute."""
    statement = update(ApiKey).where(ApiKey.id == key_id)
    session.execute(statement.values(last_used_at=func.clock_timestamp()))


def close_session(session: Session, operator_keys: Sequence[str], token: str) -> None:
    """End a session. One that has ended already stays so."""
    digests = _digests(operator_keys, token)
    session.execute(delete(BrowserSession).where(BrowserSession.digest.in_(digests)))


def forget_ended_sessions(session: Session) -> None:
    """Remove the rows of sessions whose time is over."""
    over = BrowserSession.expires_at <= func.clock_timestamp()
    session.execute(delete(BrowserSession).where(over))


def _digests(operator_keys: Sequence[str], token: str) -> list[bytes]:
    return [_digest(secret, token) for secret in operator_keys]


def _digest(secret: str, token: str) -> bytes:
    return hmac.digest(secret.encode(), b"browser session\0" + token.encode(), "sha256")
