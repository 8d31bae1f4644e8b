"""What commands print: results to stdout, progress and errors to stderr, colour on terminals only.

rich leaves colour out where there is no terminal and where NO_COLOR is set.
"""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def progress_console() -> "Console":
    """Return what progress is shown on: stderr."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def tell_error(message: str) -> None:
    """Print one line to stderr, red on a terminal."""
    from rich.text import Text

    line = " ".join(message.split())
    progress_console().print(Text(line, style="red"), soft_wrap=True)


def print_json(value: Any) -> None:
    """Print one JSON document to stdout."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def print_rows(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows to stdout: a table on a terminal, else lines of values parted by tabs."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    if not console.is_terminal:
        for row in rows:
            typer.echo("\t".join(_cell(value) for value in row))
        return
    table = Table(*headers, box=None, header_style="bold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    console.print(table)


def print_fields(fields: dict[str, object]) -> None:
    """Print name and value of each field that has one, a line each."""
    known = {name: value for name, value in fields.items() if value is not None}
    print_rows(("", ""), list(known.items()))


def when(seconds: int | None) -> str | None:
    """Return unix seconds as local time to the minute."""
    if seconds is None:
        return None
    from datetime import datetime

    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")


def _cell(value: object) -> str:
    """A value as text on one line; control characters, which could steer a terminal, are shown."""
    text = "-" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
