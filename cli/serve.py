"""Runs the whole service on one machine and stops all of it in order."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import httpx
import typer
from rich.console import Console

from cli.embedded import DataFolder, DataFolderInUseError, EmbeddedPostgres, EmbeddedValkey
from cli.embedded.data_folder import write_private
from cli.keys import create_key
from store.migrations import upgrade
from store.settings import Settings

READY_SECONDS = 120.0
STOP_SECONDS = 90.0

console = Console(stderr=True)


class ServiceFailedError(Exception):
    """A part of the service did not start or ended by itself."""


def serve(host: str, port: int, data_dir: Path) -> None:
    """Serve until Ctrl-C or SIGTERM. Ends with status 1 if a part fails."""
    try:
        with running_service(host, port, data_dir) as service:
            console.print(f"[bold]Listening on {service.base_url}[/]  (Ctrl-C ends it)")
            console.print(f"API key: {service.key_file}")
            service.watch()
    except (ServiceFailedError, DataFolderInUseError) as error:
        console.print(f"[red]{error}[/]")
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        console.print("Stopped.")


class Service:
    """A running service: where it listens, its key, its processes."""

    def __init__(self, base_url: str, key_file: Path) -> None:
        self.base_url = base_url
        self.key_file = key_file
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def api_key(self) -> str:
        """The first key."""
        return self.key_file.read_text("ascii")

    def watch(self) -> None:
        """Wait. Raises ServiceFailedError when a process ends by itself."""
        while True:
            self.check()
            time.sleep(0.2)

    def check(self) -> None:
        """Raise ServiceFailedError if a process has ended."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                message = f"the {name} process ended with status {process.returncode}"
                raise ServiceFailedError(message)

    def wait_until_ready(self) -> None:
        """Poll /readyz. Raises ServiceFailedError after a deadline."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self.check()
            if _answers(f"{self.base_url}/readyz"):
                return
            time.sleep(0.1)
        raise ServiceFailedError(f"the API was not ready after {READY_SECONDS:.0f} seconds")


@contextmanager
def running_service(host: str, port: int, data_dir: Path) -> Iterator[Service]:
    """Start everything, yield the service when it is ready, stop everything.

    Raises DataFolderInUseError, ServiceFailedError, or KeyboardInterrupt on Ctrl-C and SIGTERM.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    folder = DataFolder(data_dir)
    folder.lock()
    with ExitStack() as stack:
        stack.callback(folder.unlock)
        environment = _environment(folder, stack)
        console.print("Preparing the database and the model ...")
        upgrade(environment["TSLOSS_DATABASE_URL"])
        _ensure_key(folder, environment)
        service = Service(f"http://{host}:{port}", folder.key_file)
        stack.callback(_stop_all, service)
        service.processes["API"] = _start(
            ["uvicorn", "--factory", "api.app:create_app", "--host", host, "--port", str(port),
             "--log-level", "warning"], environment, folder.path / "api.log",
        )  # fmt: skip
        service.processes["worker"] = _start(
            ["cli.main", "worker"], environment, folder.path / "worker.log"
        )
        service.wait_until_ready()
        yield service


def _environment(folder: DataFolder, stack: ExitStack) -> dict[str, str]:
    """Return the settings of the processes: what the operator gave, the embedded rest started."""
    given = {name: value for name, value in os.environ.items() if name.startswith("TSLOSS_")}
    settings = {"TSLOSS_DATA_DIR": str(folder.path)} | given
    if "TSLOSS_DATABASE_URL" not in given:
        postgres = EmbeddedPostgres(folder.postgres)
        stack.callback(postgres.stop)
        settings["TSLOSS_DATABASE_URL"] = postgres.start()
    if "TSLOSS_REDIS_URL" not in given:
        valkey = EmbeddedValkey(folder.valkey)
        stack.callback(valkey.stop)
        settings["TSLOSS_REDIS_URL"] = valkey.start()
    settings.setdefault("TSLOSS_ARTIFACTS_URL", str(folder.artifacts))
    settings.setdefault("TSLOSS_SECRET_KEY", folder.secret("secret-key"))
    if "TSLOSS_MODELS" not in given:
        settings["TSLOSS_MODELS"] = str(_default_catalogue(folder))
    return settings


def _default_catalogue(folder: DataFolder) -> Path:
    """Write the catalogue of the bundled model, converted at the first start."""
    from cli.bundled import ensure_catalogue

    return ensure_catalogue(folder)


def _ensure_key(folder: DataFolder, environment: Mapping[str, str]) -> None:
    if folder.key_file.exists():
        return
    fields = {name.removeprefix("TSLOSS_").lower(): value for name, value in environment.items()}
    settings = Settings.model_validate(fields)
    write_private(folder.key_file, create_key("first", "default", settings))


def _start(module: list[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start `python -m module ...` apart from the terminal's signals; its output goes to `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", *module],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _stop_all(service: Service) -> None:
    for process in service.processes.values():
        process.terminate()
    for name, process in service.processes.items():
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            console.print(f"[red]the {name} process did not end in time and was killed[/]")
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt
