"""Where in a request a validation error lies, in the words of the request."""

from collections.abc import Sequence
from typing import Any

TAGGED_FIELDS = frozenset({"init", "regularizer", "weighting"})
"""Fields whose value is one of several models, told apart by `type`.

pydantic puts that `type` into the location right after the field; a client never wrote it there.
"""


def field_path(location: Sequence[int | str], body: Any) -> str | None:
    """Return `method.soft_prompt.init.std` for a location of pydantic, None for the whole body.

    `location` starts with the part of the request. Follows `body` along it and stops at the first
    value that has no fields: what pydantic adds after it are the members of a union it tried.
    """
    source, *rest = location
    parts: list[str] = []
    value = body if source == "body" else None
    after_tagged = False
    for part in rest:
        if after_tagged and isinstance(value, dict) and value.get("type") == part:
            after_tagged = False
            continue
        if parts and not isinstance(value, dict | list):
            break
        parts.append(str(part))
        after_tagged = part in TAGGED_FIELDS
        value = _step(value, part)
    return ".".join(parts) or None


def _step(value: Any, part: int | str) -> Any:
    if isinstance(value, dict):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return None
