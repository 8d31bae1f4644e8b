"""Writes what the service sends to a file, whole or not at all."""

import re
from pathlib import Path

from tsloss_client.errors import FaultError
from tsloss_client.transport import Transport


def save(transport: Transport, path: str, folder: Path, name: str) -> Path:
    """Write what is at `path` into `folder` and return where it lies.

    `name` is the service's word, so only its last part counts: it cannot lead out of the folder.
    """
    last = re.split(r"[\\/]", name)[-1]
    if last in ("", ".", ".."):
        raise FaultError(f"{path}: not a file name: {name!r}")
    target = folder / last
    partial = target.with_name(f".{last}.partial")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with transport.stream(path) as answer, partial.open("wb") as file:
            for chunk in answer.iter_bytes():
                file.write(chunk)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target
