"""What every artifact store can do."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

CHUNK = 1 << 20


class ArtifactMissingError(Exception):
    """No artifact lies under that key."""


class Artifacts(Protocol):
    """Keys are relative paths of letters, digits, '.', '_', '-' and '/'."""

    def put(self, key: str, data: bytes) -> None:
        """Store `data` whole or not at all; durable on return."""

    def put_file(self, key: str, path: Path) -> None:
        """Store a file's bytes whole or not at all; durable on return."""

    def read(self, key: str) -> bytes:
        """Return an artifact. Raises ArtifactMissingError."""

    def stream(self, key: str) -> Iterator[bytes]:
        """Yield an artifact in chunks. Raises ArtifactMissingError at the call."""

    def delete(self, key: str) -> None:
        """Remove an artifact; one that is gone already is no error."""

    def listing(self) -> Iterator[tuple[str, datetime]]:
        """Yield every key with the time of its writing."""

    def remove_unfinished(self, before: datetime) -> list[str]:
        """Remove what killed writes begun before a time left behind; return its paths."""


def read_chunks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield an open file in chunks and close it."""
    with file:
        while chunk := file.read(CHUNK):
            yield chunk
