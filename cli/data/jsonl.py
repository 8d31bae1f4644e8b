"""Rows as JSON Lines, each checked by the rule that the service applies to an upload."""

import json
from collections.abc import Iterable
from typing import Any

from tsloss_core.spec.rows import RowError, parse_row

Row = dict[str, Any]


class NotTheShapeError(ValueError):
    """The source is not of the shape that was said, or a row of it is no training row."""


def to_jsonl(rows: Iterable[Row]) -> bytes:
    """Return one line of UTF-8 JSON per row. Raises NotTheShapeError for what is no training row.

    What is written here is never refused at an upload.
    """
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    try:
        for number, line in enumerate(lines, start=1):
            parse_row(line, number)
        return "".join(line + "\n" for line in lines).encode()
    except (RowError, UnicodeEncodeError) as error:
        raise NotTheShapeError(f"not a training row: {error}") from None


def load_json(text: str, where: str = "") -> Any:
    """Parse JSON. Raises NotTheShapeError, its message led by `where`."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotTheShapeError(f"{where}not JSON: {error}") from None
