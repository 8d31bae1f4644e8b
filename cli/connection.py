"""Which service a client command talks to."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.errors import ServiceAwayError

if TYPE_CHECKING:
    from tsloss_client import Client

BASE_URL, API_KEY = "TSLOSS_BASE_URL", "TSLOSS_API_KEY"

ClientDir = Annotated[
    Path,
    typer.Option(
        "--data-dir",
        file_okay=False,
        help=f"The folder of the `tsloss serve` to use if {BASE_URL} is not set.",
    ),
]


def given_service() -> tuple[str | None, str | None]:
    """Return the address and the key that the environment gives, None for what it does not.

    Raises ServiceAwayError for an address without a key: no other service than that one is meant.
    """
    base_url, api_key = os.environ.get(BASE_URL) or None, os.environ.get(API_KEY) or None
    if base_url and not api_key:
        raise ServiceAwayError(f"{BASE_URL} is set, {API_KEY} is not")
    return base_url, api_key


def connect(data_dir: Path) -> "Client":
    """Return a client of the service that TSLOSS_BASE_URL names, else of the one on `data_dir`.

    The key is TSLOSS_API_KEY, else the first key of that folder. Raises ServiceAwayError that says
    what is missing.
    """
    from tsloss_client import Client

    base_url, api_key = given_service()
    return Client(base_url or _served_at(data_dir), api_key or _first_key(data_dir))


def _served_at(data_dir: Path) -> str:
    from cli.embedded.data_folder import published_settings

    try:
        return (published_settings(data_dir) or {})[BASE_URL]
    except (OSError, ValueError, KeyError):
        raise ServiceAwayError(
            f"{BASE_URL} is not set, and no `tsloss serve` runs on the folder {data_dir}"
        ) from None


def _first_key(data_dir: Path) -> str:
    from cli.embedded.data_folder import KEY_FILE

    path = data_dir / KEY_FILE
    try:
        return path.read_text("ascii").strip()
    except OSError as error:
        raise ServiceAwayError(f"{API_KEY} is not set, and {path}: {error.strerror}") from None
