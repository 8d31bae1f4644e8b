"""`tsloss data ...`: writes data files."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.data.arithmetic import generate_arithmetic
from cli.data.intents import generate_intents
from cli.data.jsonl import to_jsonl
from cli.data.known import NotTheShapeError, from_bigbench, from_gsm8k

app = typer.Typer(help="Data files: generated tasks and converters.", no_args_is_help=True)

Source = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]
Target = Annotated[Path, typer.Argument(dir_okay=False, writable=True)]


class Task(StrEnum):
    """The tasks that can be generated."""

    intents = "intents"
    arithmetic = "arithmetic"


@app.command()
def generate(
    task: Task,
    out: Target,
    rows: Annotated[int, typer.Option(min=1)] = 160,
    seed: int = 0,
    held_out: Annotated[bool, typer.Option(help="Rows that no training file has.")] = False,
) -> None:
    """Write rows of a generated task."""
    if task is Task.intents:
        made = generate_intents(rows, seed, held_out)
    else:
        made = generate_arithmetic(rows, seed + held_out * 1_000_003)
    _write(out, made)


@app.command()
def bigbench(source: Source, out: Target) -> None:
    """Convert a BIG-bench task.json."""
    _convert(out, lambda: from_bigbench(source.read_text("utf-8")))


@app.command()
def gsm8k(
    source: Source,
    out: Target,
    reasoning: Annotated[bool, typer.Option(help="Keep the whole solution.")] = False,
) -> None:
    """Convert GSM8K's JSON Lines."""
    _convert(out, lambda: from_gsm8k(source.read_text("utf-8"), reasoning))


def _convert(out: Path, read: Any) -> None:
    try:
        rows = read()
    except NotTheShapeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    _write(out, rows)


def _write(out: Path, rows: list[dict[str, Any]]) -> None:
    out.write_bytes(to_jsonl(rows))
    typer.echo(f"{out}: {len(rows)} rows")
