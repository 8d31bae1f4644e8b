"""What the person at the command line is told without a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from store.errors import StoreError


class ServiceFailedError(Exception):
    """A part of the service cannot start, or ended by itself. The message says which and why."""


@contextmanager
def told_plainly() -> Iterator[None]:
    """Print the message of what was refused or failed, and end with status 1."""
    try:
        yield
    except (ServiceFailedError, StoreError) as error:
        typer.secho(str(error), fg="red", err=True)
        raise typer.Exit(1) from None
