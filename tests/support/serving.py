"""`tsloss serve` as a person runs it: a process with a data folder of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from tests.support.polling import wait_for


class Serving:
    """One `tsloss serve`. Its catalogue names a model that no test loads: none is converted."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it listens."""
        self.launch()
        wait_for(self._listening, f"`tsloss serve`, which said {self.said()}")

    def launch(self) -> None:
        """Start it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        catalogue = self.folder / "catalogue.json"
        catalogue.write_text('[{"id": "unused", "path": "/nowhere"}]')
        with (self.folder / "serve.out").open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", "serve", "--port", str(self.port),
                 "--data-dir", str(self.folder)],
                env=clean_environment() | {"TSLOSS_MODELS": str(catalogue)},
                stdout=output, stderr=output,
            )  # fmt: skip

    def get(self, path: str) -> httpx.Response:
        """Ask with the first key."""
        key = (self.folder / "api-key").read_text().strip()
        return httpx.get(self.base_url + path, headers={"Authorization": f"Bearer {key}"})

    def said(self) -> str:
        """What it has printed."""
        return (self.folder / "serve.out").read_text()

    def pids(self) -> dict[str, int]:
        """The processes of its parts."""
        files = [*self.folder.glob("*.pid"), *self.folder.glob("*/*.pid")]
        return {path.stem: json.loads(path.read_text())["pid"] for path in files}

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, wait for the end and return the status."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(60)

    def wait(self) -> int:
        """Wait until it ends by itself and return the status."""
        assert self._process is not None
        return self._process.wait(60)

    def clean_up(self) -> None:
        """End it whatever it does."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self.end()
        for pid in self.pids().values():
            kill(pid)

    def _listening(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.said()
        return "Listening on" in self.said()


def free_port() -> int:
    """Return a TCP port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment() -> dict[str, str]:
    """Our environment without TSLOSS_ variables."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TSLOSS_")}


def alive(pid: int) -> bool:
    """Whether a process runs."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def kill(pid: int) -> None:
    """SIGKILL a process if it is there."""
    try:
        psutil.Process(pid).kill()
    except psutil.NoSuchProcess:
        return


@contextmanager
def serving(command: list[str], folder: Path) -> Iterator[str]:
    """Run a `tsloss serve` command in a folder; yield its address once it is ready."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with (folder.parent / f"serve-{port}.out").open("w+b") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            cwd=folder, env=clean_environment(), stdout=output, stderr=output,
        )  # fmt: skip
        try:
            wait_for(lambda: _is_ready(address, process), "/readyz", seconds=500)
            yield address
        finally:
            process.terminate()
            assert process.wait(180) == 0, Path(output.name).read_text()


def _is_ready(address: str, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "it ended by itself"
    try:
        return httpx.get(f"{address}/readyz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
