"""A browser's session as it sees it."""

from typing import Literal

from pydantic import BaseModel


class SessionObject(BaseModel):
    """Who is signed in: a key of a project, told by its id, and what the key may do."""

    object: Literal["session"] = "session"
    organization_id: str
    key_id: str
    scopes: list[str]
