"""Ids that carry their kind, as `ftjob-` and 24 random letters and digits."""

import secrets
import string
from collections.abc import Iterable
from typing import Any, Literal

from sqlalchemy import ARRAY, ColumnElement, String, any_, literal
from sqlalchemy.orm import InstrumentedAttribute

Kind = Literal[
    "file", "ftjob", "ftevent", "ftckpt", "ana", "dgm", "exp", "key", "proj", "whk", "msg"
]

_ALPHABET = string.ascii_letters + string.digits
_LENGTH = 24


def new_id(kind: Kind) -> str:
    """Return a fresh id of about 143 random bits."""
    return f"{kind}-" + "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def among(
    column: ColumnElement[Any] | InstrumentedAttribute[Any], ids: Iterable[str]
) -> ColumnElement[bool]:
    """Return the condition that a column holds one of some ids: one parameter, however many."""
    return column == any_(literal(list(ids), ARRAY(String)))
