"""The folder that an embedded service owns: its lock, its secrets, what lies where."""

import fcntl
import json
import os
import secrets
from pathlib import Path
from typing import IO

from cli.errors import ServiceFailedError

SETTINGS_FILE = "settings.json"
"""The TSLOSS_ variables of the service that runs on the folder, for its owner's other commands."""
CATALOGUE_FILE = "models.json"
KEY_FILE = "api-key"
"""The first API key, which its owner alone can read."""


class DataFolderInUseError(ServiceFailedError):
    """Another service runs on this folder."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"another `tsloss serve` runs on the data folder {path}")


def published_settings(data_dir: Path) -> dict[str, str] | None:
    """Return the TSLOSS_ variables of the service that runs on a data folder, None without one.

    Raises OSError or ValueError for a file that cannot be read.
    """
    published = data_dir / SETTINGS_FILE
    if not published.exists():
        return None
    settings: dict[str, str] = json.loads(published.read_text("utf-8"))
    return settings


class DataFolder:
    """Paths below one folder. The lock is held until `unlock` or the end of the process."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.postgres = self.path / "postgres"
        self.valkey = self.path / "valkey"
        self.artifacts = self.path / "artifacts"
        self.models = self.path / "models"
        self.catalogue = self.path / CATALOGUE_FILE
        self.key_file = self.path / KEY_FILE
        self.settings_file = self.path / SETTINGS_FILE
        self._lock: IO[str] | None = None

    def lock(self) -> None:
        """Own the folder; the kernel frees it of a killed owner. Raises DataFolderInUseError."""
        file = (self.path / ".lock").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise DataFolderInUseError(self.path) from None
        self._lock = file

    def unlock(self) -> None:
        """Let others own the folder."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def secret(self, name: str) -> str:
        """Return the secret `name`, made at the first call, in a file only the owner reads."""
        path = self.path / f".{name}"
        if not path.exists():
            write_private(path, secrets.token_hex(32))
        return path.read_text("ascii")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    temporary = path.with_name(path.name + ".partial")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)
