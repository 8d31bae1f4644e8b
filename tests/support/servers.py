"""The PostgreSQL and the Redis that tests talk to: given by the environment, else embedded."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from cli.embedded import EmbeddedPostgres, EmbeddedValkey
from cli.embedded.binaries import valkey_binary
from store.ids import new_id
from tests.support.polling import wait_for
from tests.support.serving import free_port


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the URL of a server."""
    with _server("TSLOSS_DATABASE_URL", EmbeddedPostgres) as url:
        yield url


@contextmanager
def own_database(server_url: str) -> Iterator[str]:
    """Yield the URL of a new database without tables, and drop it whoever is connected."""
    name = new_id("proj").lower().replace("-", "_")
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


@contextmanager
def redis() -> Iterator[str]:
    """Yield the URL of a server."""
    with _server("TSLOSS_REDIS_URL", EmbeddedValkey) as url:
        yield url


@contextmanager
def _server(
    variable: str, embedded: type[EmbeddedPostgres] | type[EmbeddedValkey]
) -> Iterator[str]:
    given = os.environ.get(variable)
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="tsloss-", ignore_cleanup_errors=True) as folder:
        server = embedded(Path(folder))
        try:
            yield server.start()
        finally:
            server.stop()


class RestartableValkey:
    """A server that a test stops and starts again at the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        command = [valkey_binary(), "--port", str(self._port), "--save", "", "--dir", self._folder]
        self._process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
        wait_for(self._answers, "Valkey")

    def stop(self) -> None:
        """Kill it: every key is lost."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let it hang inside the block: connections stay open, and nobody answers."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        try:
            return bool(Redis.from_url(self.url).ping())
        except RedisError:
            return False


@contextmanager
def restartable_valkey(folder: Path) -> Iterator[RestartableValkey]:
    """Yield a server that a test stops and starts again."""
    server = RestartableValkey(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def restartable_postgres() -> Iterator[tuple[EmbeddedPostgres, str]]:
    """Yield a server that a test stops and starts again, and its URL, which stays."""
    with tempfile.TemporaryDirectory(prefix="tsloss-", ignore_cleanup_errors=True) as folder:
        server = EmbeddedPostgres(Path(folder))
        try:
            yield server, server.start()
        finally:
            server.stop()
