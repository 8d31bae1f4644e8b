"""PostgreSQL from a wheel, on a Unix socket that its owner alone may open."""

import logging
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL

from cli.embedded.account import Account, account_for
from cli.embedded.binaries import POSTGRES_MAJOR, make_postgres_readable, postgres_binary
from cli.errors import ServiceFailedError
from cli.processes import Child

log = logging.getLogger(__name__)

START_SECONDS = 120.0
PORT = 5432
_LONGEST_SOCKET_FOLDER = 85
"""Bytes. A socket's path has 104 at most (macOS; 108 on Linux), its name takes 15."""
_ENVIRONMENT = {"LC_ALL": "C"}
"""Nothing of ours: PGPORT and its like would change what the server does."""


class EmbeddedPostgres:
    """A server whose data outlives it. One that a killed owner left running is ended first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._data = self._folder / "data"
        self._child = Child("postgres", self._folder, stop_signal=signal.SIGINT)
        self._short_folder: Path | None = None

    def start(self) -> str:
        """Start the server and return its SQLAlchemy URL. Takes some seconds the first time.

        Raises ServiceFailedError.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._child.end_left_over()
        account = account_for(self._data)
        if account is not None:
            self._let_in(account)
        if not self._data.exists():
            self._initialize(account)
        self._check_version()
        sockets = self._socket_folder(account)
        self._launch(sockets, account)
        self._child.wait_until_up(lambda: _answers(sockets), START_SECONDS)
        return URL.create(
            "postgresql+psycopg", "postgres", database="postgres",
            query={"host": str(sockets), "port": str(PORT)},
        ).render_as_string()  # fmt: skip

    def check(self) -> None:
        """Raise ServiceFailedError if the server has ended."""
        self._child.check()

    def stop(self) -> None:
        """Stop the server in order, open transactions rolled back, and keep its data."""
        self._child.stop()
        if self._short_folder is not None:
            shutil.rmtree(self._short_folder, ignore_errors=True)

    def _let_in(self, account: Account) -> None:
        make_postgres_readable()
        for path in (postgres_binary("postgres"), self._data):
            for folder in account.open_way(path):
                log.warning("opened %s to passing through: PostgreSQL does not run as root", folder)

    def _initialize(self, account: Account | None) -> None:
        """Make the data folder, whole or not at all."""
        partial = self._data.with_name("data.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        if account is not None:
            account.own(partial)
        options = [
            "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--pgdata={partial}",
        ]  # fmt: skip
        made = subprocess.run(
            [postgres_binary("initdb"), *options],
            env=_ENVIRONMENT,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
            **_identity(account),
        )
        if made.returncode != 0:
            raise ServiceFailedError(f"PostgreSQL's initdb failed: {made.stderr.strip()}")
        partial.rename(self._data)

    def _check_version(self) -> None:
        found = (self._data / "PG_VERSION").read_text("ascii").strip()
        if found != str(POSTGRES_MAJOR):
            raise ServiceFailedError(
                f"{self._data} was written by PostgreSQL {found}; this is {POSTGRES_MAJOR}: dump "
                "it with the old version, and restore it with this one"
            )

    def _socket_folder(self, account: Account | None) -> Path:
        if _fits_a_socket(self._data):
            return self._data
        self._short_folder = Path(tempfile.mkdtemp(prefix="tsloss-", dir="/tmp"))
        if account is not None:
            account.own(self._short_folder)
        return self._short_folder

    def _launch(self, sockets: Path, account: Account | None) -> None:
        settings = {
            "listen_addresses": "",
            "port": PORT,
            "unix_socket_directories": f'"{sockets}"',
            "unix_socket_permissions": "0700",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._child.start(
            [postgres_binary("postgres"), "-D", self._data, *options],
            _ENVIRONMENT,
            _identity(account),
        )


def _identity(account: Account | None) -> dict[str, Any]:
    return {} if account is None else account.identity()


def _fits_a_socket(folder: Path) -> bool:
    """Whether a socket there has a short enough path that libpq takes for one path."""
    short = len(os.fsencode(folder)) <= _LONGEST_SOCKET_FOLDER
    return short and not set(str(folder)) & set(',"')


def _answers(sockets: Path) -> bool:
    try:
        psycopg.connect(host=str(sockets), port=PORT, user="postgres", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True
