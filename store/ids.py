"""Ids that carry their kind, as `ftjob-` and 24 random letters and digits."""

import secrets
import string
from typing import Literal

Kind = Literal[
    "file", "ftjob", "ftevent", "ftckpt", "ana", "dgm", "exp", "key", "proj", "whk", "msg"
]

_ALPHABET = string.ascii_letters + string.digits
_LENGTH = 24


def new_id(kind: Kind) -> str:
    """Return a fresh id of about 143 random bits."""
    return f"{kind}-" + "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
