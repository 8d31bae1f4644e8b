"""JSON Lines."""

import json
from collections.abc import Iterable
from typing import Any


def to_jsonl(rows: Iterable[dict[str, Any]]) -> bytes:
    """Return one line of UTF-8 JSON per row."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
