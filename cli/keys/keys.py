"""Makes, lists and revokes API keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cli.settings import open_database
from store.keys import ALL_SCOPES, Keys, find_key
from store.keys import create_key as insert_key
from store.projects import find_project, get_or_create_project
from store.schema import ApiKey
from store.settings import Settings

_MOST = 1000


@dataclass(frozen=True)
class ListedKey:
    """A key without what opens anything: `hint` is its last four characters."""

    id: str
    hint: str
    name: str
    scopes: list[str]
    state: str
    last_used: str | None


def create_key(
    name: str,
    project: str,
    settings: Settings,
    scopes: Sequence[str] = ALL_SCOPES,
    days: int | None = None,
) -> str:
    """Make a key of a project, which is made too if there is none of that name; return it."""
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    with open_database(settings) as database, database.transaction() as session:
        owner = get_or_create_project(session, project)
        secret = settings.secret_key.get_secret_value()
        _, key = insert_key(session, secret, owner.id, name, scopes, expires_at)
    return key


def list_keys(project: str, settings: Settings) -> list[ListedKey]:
    """Return a project's keys, newest first. Raises NotFoundError."""
    with open_database(settings) as database, database.transaction() as session:
        owned = Keys(session, find_project(session, project).id)
        return [_listed(row) for row in owned.page(None, _MOST).rows]


def revoke_key(key_id: str, project: str, settings: Settings) -> None:
    """End a key now and for good. Raises NotFoundError."""
    with open_database(settings) as database, database.transaction() as session:
        Keys(session, find_project(session, project).id).revoke(key_id)


def _listed(row: ApiKey) -> ListedKey:
    used = row.last_used_at.isoformat(timespec="minutes") if row.last_used_at else None
    return ListedKey(row.id, row.hint, row.name, list(row.scopes), _state(row), used)


def _state(row: ApiKey) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if row.expires_at is None:
        return "valid"
    ended = row.expires_at <= datetime.now(UTC)
    return ("expired " if ended else "valid until ") + row.expires_at.isoformat(timespec="minutes")


def is_valid(key: str, settings: Settings) -> bool:
    """Whether the database knows the key and neither revoked it nor let it expire."""
    with open_database(settings) as database, database.transaction() as session:
        return find_key(session, settings.operator_keys, key) is not None
