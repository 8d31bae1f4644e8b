"""Artifacts in an object store that fsspec speaks to; one PUT writes an artifact."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

import fsspec
from botocore.exceptions import BotoCoreError

from store.artifacts.protocol import CHUNK, ArtifactMissingError, read_chunks


class ObjectStoreArtifacts:
    """Keeps each artifact as an object below the URL's prefix."""

    def __init__(self, url: str) -> None:
        # Other processes write too: a listing that was kept would hide their objects.
        self._files, self._root = fsspec.core.url_to_fs(url, use_listings_cache=False)

    def put(self, key: str, data: bytes) -> None:
        with _failing_as_os_error():
            self._files.pipe_file(self._path(key), data)

    def put_file(self, key: str, path: Path) -> None:
        with _failing_as_os_error():
            self._files.put_file(str(path), self._path(key))

    def read(self, key: str) -> bytes:
        with _failing_as_os_error(), _missing(key):
            data: bytes = self._files.cat_file(self._path(key))
        return data

    def stream(self, key: str) -> Iterator[bytes]:
        with _failing_as_os_error(), _missing(key):
            file = self._files.open(self._path(key), "rb", block_size=CHUNK)
        return _chunks(file)

    def delete(self, key: str) -> None:
        with _failing_as_os_error():
            try:
                self._files.rm_file(self._path(key))
            except FileNotFoundError:
                return

    def listing(self) -> Iterator[tuple[str, datetime]]:
        with _failing_as_os_error():
            found = self._files.find(self._root, detail=True)
        for path, info in found.items():
            yield path[len(self._root) :].lstrip("/"), info["LastModified"]

    def remove_unfinished(self, before: datetime) -> list[str]:
        # A PUT that was cut off leaves no object.
        return []

    def _path(self, key: str) -> str:
        return f"{self._root.rstrip('/')}/{key}"


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with _failing_as_os_error():
        yield from read_chunks(file)


@contextmanager
def _missing(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise ArtifactMissingError(key) from None


@contextmanager
def _failing_as_os_error() -> Iterator[None]:
    """A store that cannot be reached is what a folder that cannot be written is: an OSError."""
    try:
        yield
    except BotoCoreError as error:
        raise OSError(f"the artifact store failed: {error}") from error
