"""API keys as clients send and see them."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from api.schemas import RequestModel, unix, unix_or_none
from store.keys import ALL_SCOPES, ProjectScope
from store.schema import ApiKey

KeyName = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{1,128}$")]
MAX_SECONDS = 10 * 365 * 86_400


class CreateKey(RequestModel):
    """A key of the caller's project."""

    name: KeyName
    scopes: list[ProjectScope] = Field(list(ALL_SCOPES), min_length=1, max_length=len(ALL_SCOPES))
    expires_in: int | None = Field(
        None, ge=1, le=MAX_SECONDS, description="Seconds from now; never, if left out."
    )

    @property
    def expires_at(self) -> datetime | None:
        """When the key ends."""
        if self.expires_in is None:
            return None
        return datetime.now(UTC) + timedelta(seconds=self.expires_in)


class KeyObject(BaseModel):
    """A key without what opens anything: `hint` is its last four characters."""

    id: str
    object: Literal["api_key"] = "api_key"
    name: str
    hint: str
    scopes: list[str]
    created_at: int
    expires_at: int | None
    revoked_at: int | None
    last_used_at: int | None


class NewKeyObject(KeyObject):
    """A new key, with the key itself. It is told once."""

    key: str


def key_object(row: ApiKey) -> KeyObject:
    """Return a key's row as its answer."""
    return KeyObject.model_validate(_fields(row))


def new_key_object(row: ApiKey, key: str) -> NewKeyObject:
    """Return a new key as its answer."""
    return NewKeyObject.model_validate({**_fields(row), "key": key})


def _fields(row: ApiKey) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "hint": row.hint,
        "scopes": row.scopes,
        "created_at": unix(row.created_at),
        "expires_at": unix_or_none(row.expires_at),
        "revoked_at": unix_or_none(row.revoked_at),
        "last_used_at": unix_or_none(row.last_used_at),
    }
