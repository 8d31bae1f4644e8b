"""What the person at the command line is told without a traceback, and the status that goes along.

The statuses are documented in docs/reference/commands.md: scripts rely on them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import typer

from cli.output import tell_error


class ExitCode(IntEnum):
    """How a command ends."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    REFUSED = 4
    INTERRUPTED = 130


MEANINGS = {
    ExitCode.DONE: "done",
    ExitCode.FAILED: "the job failed or was cancelled, or the command could not do its work",
    ExitCode.USAGE: "an option, a setting or a file is wrong; nothing was done",
    ExitCode.UNREACHABLE: "the service, or the database behind it, cannot be reached",
    ExitCode.REFUSED: "the service refused: unknown, not allowed in this state, over a limit",
    ExitCode.INTERRUPTED: "Ctrl-C; the message says how to go on",
}


class CommandError(Exception):
    """A command cannot do what was asked. The message is one line."""

    exit_code = ExitCode.FAILED


class ServiceFailedError(CommandError):
    """A part of the service cannot start, or ended by itself. The message says which and why."""


class ServiceAwayError(ServiceFailedError):
    """The service, or the database behind it, cannot be reached."""

    exit_code = ExitCode.UNREACHABLE


class WrongInputError(CommandError):
    """An option, a setting or a file is wrong. The message names it and the limit."""

    exit_code = ExitCode.USAGE


class BrokenOffError(CommandError):
    """Ctrl-C. The message says how to go on."""

    exit_code = ExitCode.INTERRUPTED


@contextmanager
def told_plainly() -> Iterator[None]:
    """Print the message of what was refused or failed, and end with the status that stands for it.

    Anything else is a fault of this program and goes on as it is.
    """
    try:
        yield
    except Exception as error:
        code = _exit_code(error)
        if code is None:
            raise
        tell_error(str(error))
        raise typer.Exit(code) from None


def _exit_code(error: Exception) -> ExitCode | None:
    # These pull in the client's and the store's libraries: not before something went wrong.
    from store.errors import StoreError
    from tsloss_client import ClientError, RefusedError, UnreachableError

    match error:
        case CommandError(exit_code=code):
            return code
        case RefusedError() | StoreError():
            return ExitCode.REFUSED
        case UnreachableError():
            return ExitCode.UNREACHABLE
        case ClientError():
            return ExitCode.FAILED
    return None
