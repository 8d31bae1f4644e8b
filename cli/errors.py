"""What the person at the command line is told without a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer


class ServiceFailedError(Exception):
    """A part of the service cannot start, or ended by itself. The message says which and why."""


@contextmanager
def told_plainly() -> Iterator[None]:
    """Print a ServiceFailedError's message and end with status 1."""
    try:
        yield
    except ServiceFailedError as error:
        typer.secho(str(error), fg="red", err=True)
        raise typer.Exit(1) from None
