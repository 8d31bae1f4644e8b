"""Starts every part of the service and stops them in order."""

import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console

from cli.embedded import DataFolder
from cli.errors import ServiceFailedError
from cli.migrate import migrate
from cli.processes import STOP_SECONDS, Child
from cli.service.environment import prepare_environment
from cli.service.first_key import ensure_key
from cli.service.signals import ending_in_order
from cli.settings import publish_settings, read_settings
from store.settings import Settings

READY_SECONDS = 120.0


@dataclass(frozen=True)
class Service:
    """A running service: where it listens, its first key, and what tells that it still runs."""

    base_url: str
    api_key: str
    key_is_new: bool
    key_file: Path
    checks: list[Callable[[], None]]

    def check(self) -> None:
        """Raise ServiceFailedError if a part has ended."""
        for check in self.checks:
            check()

    def watch(self) -> None:
        """Wait. Raises ServiceFailedError when a part ends by itself."""
        while True:
            self.check()
            time.sleep(0.2)

    def wait_until_ready(self) -> None:
        """Poll /readyz. Raises ServiceFailedError after a deadline."""
        deadline = time.monotonic() + READY_SECONDS
        while (lacking := _lacking(f"{self.base_url}/readyz")) is not None:
            self.check()
            if time.monotonic() > deadline:
                raise ServiceFailedError(f"the API does not become ready: {lacking}")
            time.sleep(0.1)


@contextmanager
def running_service(host: str, port: int, data_dir: Path, console: Console) -> Iterator[Service]:
    """Start everything, yield the service when it is ready, stop everything.

    Raises ServiceFailedError, or KeyboardInterrupt on Ctrl-C, SIGTERM and SIGHUP.
    """
    folder = DataFolder(data_dir)
    with ending_in_order(), ExitStack() as stack:
        folder.lock()
        stack.callback(folder.unlock)
        for name in ("api", "worker"):
            Child(name, folder.path).end_left_over()
        _check_port(host, port)
        variables, checks = prepare_environment(folder, stack, console)
        settings = read_settings(variables)
        migrate(settings)
        base_url = _local_url(host, port)
        published = variables | {"TSLOSS_BASE_URL": base_url}
        stack.callback(publish_settings(folder.settings_file, published))
        key, is_new = ensure_key(folder, settings)
        for child, module in (
            (_worker(folder, settings), _WORKER),
            (Child("api", folder.path), _api(host, port)),
        ):
            stack.callback(child.stop)
            child.start([sys.executable, "-m", *module], {**os.environ, **variables})
            checks.append(child.check)
        service = Service(base_url, key, is_new, folder.key_file, checks)
        service.wait_until_ready()
        yield service


_WORKER = ["cli.main", "worker"]


def _worker(folder: DataFolder, settings: Settings) -> Child:
    """It kills by itself what does not end within the grace time: that goes first."""
    return Child("worker", folder.path, stop_seconds=settings.grace_seconds + STOP_SECONDS)


def _api(host: str, port: int) -> list[str]:
    return [
        "uvicorn", "--factory", "api.app:create_app", "--host", host, "--port", str(port),
        "--log-level", "warning", "--timeout-graceful-shutdown", "5",
    ]  # fmt: skip


def _check_port(host: str, port: int) -> None:
    """Raise ServiceFailedError if nobody can listen there: before anything else is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise ServiceFailedError(f"cannot listen on {host}, port {port}: {error}") from None


def _local_url(host: str, port: int) -> str:
    """Return the URL that reaches the API from this machine."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def _lacking(url: str) -> str | None:
    """Return what keeps the API from being ready, or None."""
    try:
        answer = httpx.get(url, timeout=2, trust_env=False)
    except httpx.HTTPError as error:
        return f"it does not answer ({type(error).__name__})"
    return None if answer.status_code == 200 else answer.text
