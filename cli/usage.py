"""Usage errors as one line, like every other error."""

import sys
from collections.abc import Sequence
from typing import Any

from typer.core import TyperGroup
from typer.exceptions import Abort, TyperException

from cli.errors import ExitCode
from cli.output import tell_error


class Commands(TyperGroup):
    """The commands of `tsloss`."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command and, unless a program calls, end the process with its status."""
        try:
            status = super().main(
                args, prog_name, complete_var, False, windows_expand_args, **extra
            )
        except TyperException as error:
            if not standalone_mode:
                raise
            _tell(error)
            sys.exit(error.exit_code)
        except Abort:
            sys.exit(ExitCode.INTERRUPTED)
        if not standalone_mode:
            return status
        sys.exit(status if isinstance(status, int) else ExitCode.DONE)


def _tell(error: TyperException) -> None:
    """Of a command without arguments its help was printed already, as rich does."""
    message = error.format_message().strip().removesuffix(".").replace("Value error, ", "")
    if not message:
        return
    context = getattr(error, "ctx", None)
    hint = "" if context is None else f" (see `{context.command_path} --help`)"
    tell_error(f"{message}{hint}")
