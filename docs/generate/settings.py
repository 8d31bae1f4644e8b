"""The table of the operator's settings, from `store.settings.Settings`."""

from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from docs.generate.table import table
from store.settings import Settings

HEAD = """# Settings

<!-- Written by `python -m docs.generate` from store/settings.py. -->

Environment variables, read when a process starts. `tsloss serve` sets the required ones itself
where they are missing; `tsloss worker`, the API under uvicorn and `tsloss migrate` refuse to start
without them and name what is missing. Set the same for the API and for every worker.

"""


def settings_page() -> str:
    """Return the page, one row per variable in the order of the class."""
    rows = [_row(name, field) for name, field in Settings.model_fields.items()]
    return HEAD + table(("variable", "what it is", "default", "bounds"), rows)


def _row(name: str, field: FieldInfo) -> tuple[str, str, str, str]:
    return f"`TSLOSS_{name.upper()}`", field.description or "", _default(field), _bounds(field)


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "required"
    if field.default in (None, []):
        return "none"
    return f"`{_readable(field.default)}`"


def _readable(value: Any) -> str:
    if not isinstance(value, int) or value < 1 << 20:
        return str(value)
    unit, size = ("GiB", 30) if value >= 1 << 30 else ("MiB", 20)
    return f"{value} ({value >> size} {unit})"


def _bounds(field: FieldInfo) -> str:
    bounds = {
        "ge": "at least {}", "gt": "over {}", "le": "at most {}", "lt": "under {}",
        "min_length": "length at least {}",
    }  # fmt: skip
    found = [
        words.format(getattr(each, name))
        for each in field.metadata
        for name, words in bounds.items()
        if getattr(each, name, None) is not None
    ]
    return ", ".join(found)
