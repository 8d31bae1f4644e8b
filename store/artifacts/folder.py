"""Artifacts in a folder: temporary file, fsync, rename, fsync of the folder."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from store.artifacts.protocol import CHUNK, ArtifactMissingError, read_chunks

_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_PARTIAL = ".partial-"


class FolderArtifacts:
    """Keeps each artifact as a file below `root`. A reader never sees half a file.

    `root` stays the folder that it was when it was opened: where a volume was unmounted, the empty
    folder below it is no store whose files are gone. Every method raises OSError then.
    """

    def __init__(self, root: str) -> None:
        self._root = Path(root)
        self._root.mkdir(parents=True, exist_ok=True)
        self._opened = self._root.stat()

    def put(self, key: str, data: bytes) -> None:
        with self._writing(key) as file:
            file.write(data)

    def put_file(self, key: str, path: Path) -> None:
        with self._writing(key) as file, path.open("rb") as source:
            shutil.copyfileobj(source, file, CHUNK)

    def read(self, key: str) -> bytes:
        with self._open(key) as file:
            return file.read()

    def stream(self, key: str) -> Iterator[bytes]:
        return read_chunks(self._open(key))

    def delete(self, key: str) -> None:
        self._check_root()
        self._path(key).unlink(missing_ok=True)

    def listing(self) -> Iterator[tuple[str, datetime]]:
        for path, written in self._files():
            if not path.name.startswith(_PARTIAL):
                yield self._key(path), written

    def remove_unfinished(self, before: datetime) -> list[str]:
        unfinished = [
            path
            for path, written in self._files()
            if path.name.startswith(_PARTIAL) and written < before
        ]
        for path in unfinished:
            path.unlink(missing_ok=True)
        return [self._key(path) for path in unfinished]

    def _files(self) -> Iterator[tuple[Path, datetime]]:
        self._check_root()
        for path in sorted(self._root.rglob("*")):
            # A write beside us may end, and its temporary file be renamed.
            with suppress(FileNotFoundError):
                if path.is_file():
                    yield path, datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def _key(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()

    @contextmanager
    def _writing(self, key: str) -> Iterator[IO[bytes]]:
        self._check_root()
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=_PARTIAL, dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
        _sync_folder(path.parent)

    def _open(self, key: str) -> IO[bytes]:
        try:
            return self._path(key).open("rb")
        except FileNotFoundError:
            self._check_root()
            raise ArtifactMissingError(key) from None

    def _check_root(self) -> None:
        if not os.path.samestat(self._root.stat(), self._opened):
            raise OSError(f"{self._root} is another folder than was opened: is a volume missing?")

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"not an artifact key: {key!r}")
        return self._root / key


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
