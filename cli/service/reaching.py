"""The service that a command works on: that of the environment, else one of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from cli.connection import given_service
from cli.embedded.ports import free_port
from cli.service.running import running_service
from tsloss_client import Client


@dataclass(frozen=True)
class Reached:
    """A client of the service. `check` is asked while waiting and raises if our own has ended."""

    client: Client
    check: Callable[[], None]
    is_own: bool


@contextmanager
def reached_service(
    data_dir: Path, port: int | None, console: Console, timeout: float = 60.0
) -> Iterator[Reached]:
    """Yield the service of TSLOSS_BASE_URL and TSLOSS_API_KEY, else one on `data_dir`.

    One of our own lasts as long as this, on a free port if none is given. `timeout` is in seconds
    and of each call. Raises ServiceAwayError for an address without a key.
    """
    base_url, key = given_service()
    if base_url and key:
        with Client(base_url, key, timeout) as client:
            yield Reached(client, lambda: None, is_own=False)
        return
    console.print(f"Starting the service on the folder {data_dir} ...")
    with (
        running_service("127.0.0.1", port or free_port(), data_dir, console) as service,
        Client(service.base_url, service.api_key, timeout) as client,
    ):
        console.print(f"It listens on {service.base_url}.")
        yield Reached(client, service.check, is_own=True)
