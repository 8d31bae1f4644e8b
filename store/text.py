"""Texts as PostgreSQL can hold them."""

from typing import Any

NUL, REPLACEMENT = "\x00", "\ufffd"


def storable(value: Any) -> Any:
    """Return a JSON value with every NUL character replaced: PostgreSQL refuses it in any text."""
    if isinstance(value, str):
        return value.replace(NUL, REPLACEMENT)
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value
