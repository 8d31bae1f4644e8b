"""Artifacts in an object store that fsspec speaks to; one PUT writes an artifact."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import fsspec

from store.artifacts.protocol import CHUNK, ArtifactMissingError, read_chunks


class ObjectStoreArtifacts:
    """Keeps each artifact as an object below the URL's prefix."""

    def __init__(self, url: str) -> None:
        self._files, self._root = fsspec.core.url_to_fs(url)

    def put(self, key: str, data: bytes) -> None:
        self._files.pipe_file(self._path(key), data)

    def put_file(self, key: str, path: Path) -> None:
        self._files.put_file(str(path), self._path(key))

    def read(self, key: str) -> bytes:
        try:
            data: bytes = self._files.cat_file(self._path(key))
        except FileNotFoundError:
            raise ArtifactMissingError(key) from None
        return data

    def stream(self, key: str) -> Iterator[bytes]:
        try:
            file = self._files.open(self._path(key), "rb", block_size=CHUNK)
        except FileNotFoundError:
            raise ArtifactMissingError(key) from None
        return read_chunks(file)

    def delete(self, key: str) -> None:
        try:
            self._files.rm_file(self._path(key))
        except FileNotFoundError:
            return

    def listing(self) -> Iterator[tuple[str, datetime]]:
        self._files.invalidate_cache()
        for path, info in self._files.find(self._root, detail=True).items():
            yield path[len(self._root) :].lstrip("/"), info["LastModified"]

    def _path(self, key: str) -> str:
        return f"{self._root.rstrip('/')}/{key}"
