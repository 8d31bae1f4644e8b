"""Whom PostgreSQL runs as: it refuses to be root."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.errors import ServiceFailedError

NAME = "tsloss-postgres"


@dataclass(frozen=True)
class Account:
    """A user and its group, by number."""

    user: int
    group: int

    def identity(self) -> dict[str, Any]:
        """Return the arguments that make `subprocess` start a process as this account."""
        return {"user": self.user, "group": self.group, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder to the account."""
        os.chown(path, self.user, self.group)

    def can_search(self, folder: Path) -> bool:
        """Whether the account may pass through a folder."""
        status = folder.stat()
        if status.st_uid == self.user:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.group:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)

    def open_way(self, path: Path) -> list[Path]:
        """Let the account pass through the folders above `path`; return those that were changed.

        A folder gets the permission to be passed through by others, not to be listed.
        """
        closed = [folder for folder in path.resolve().parents if not self.can_search(folder)]
        for folder in closed:
            folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
        return closed


def account_for(data: Path) -> Account | None:
    """Return whom the server on `data` runs as when we are root, else None: as ourselves.

    The owner of the data if there is any; else an account of its own, made at the first use.
    Raises ServiceFailedError if none can be made.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        _make_account()
        entry = pwd.getpwnam(NAME)
    return Account(entry.pw_uid, entry.pw_gid)


def _make_account() -> None:
    useradd = shutil.which("useradd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if useradd is None:
        raise ServiceFailedError(
            "PostgreSQL does not run as root, and there is no `useradd` to make it an account: "
            "start the service as an ordinary user, or name a database in TSLOSS_DATABASE_URL"
        )
    options = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    made = subprocess.run([useradd, *options, NAME], capture_output=True, text=True, check=False)
    if made.returncode != 0 and NAME not in {entry.pw_name for entry in pwd.getpwall()}:
        raise ServiceFailedError(f"no account for PostgreSQL could be made: {made.stderr.strip()}")
