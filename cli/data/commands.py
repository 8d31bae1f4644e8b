"""`tsloss data ...`: writes data files."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.data.arithmetic import generate_arithmetic
from cli.data.intents import generate_intents
from cli.errors import WrongInputError, told_plainly
from cli.output import AsJson, print_json

app = typer.Typer(help="Data files: generated tasks and converters.", no_args_is_help=True)

Source = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]
Target = Annotated[Path, typer.Argument(dir_okay=False, writable=True)]


class Task(StrEnum):
    """The tasks that can be generated."""

    intents = "intents"
    arithmetic = "arithmetic"


GENERATORS = {Task.intents: generate_intents, Task.arithmetic: generate_arithmetic}


@app.command()
def generate(
    task: Task,
    out: Target,
    rows: Annotated[int, typer.Option(min=1)] = 160,
    seed: int = 0,
    held_out: Annotated[bool, typer.Option(help="Rows that no training file has.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write rows of a generated task. The same seed gives the same file."""
    _write(out, lambda: GENERATORS[task](rows, seed, held_out), as_json)


@app.command()
def bigbench(source: Source, out: Target, as_json: AsJson = False) -> None:
    """Convert a BIG-bench task.json."""
    from cli.data.bigbench import from_bigbench

    _write(out, lambda: from_bigbench(source.read_text("utf-8-sig")), as_json)


@app.command()
def gsm8k(
    source: Source,
    out: Target,
    reasoning: Annotated[bool, typer.Option(help="Keep the whole solution.")] = False,
    as_json: AsJson = False,
) -> None:
    """Convert GSM8K's JSON Lines."""
    from cli.data.gsm8k import from_gsm8k

    _write(out, lambda: from_gsm8k(source.read_text("utf-8-sig"), reasoning), as_json)


def _write(out: Path, make: Callable[[], list[dict[str, Any]]], as_json: bool) -> None:
    """Write the rows, all or none. Ends with status 2 and the reason if it cannot."""
    from cli.data.jsonl import NotTheShapeError, to_jsonl

    with told_plainly():
        try:
            rows = make()
            data = to_jsonl(rows)
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_bytes(data)
        except UnicodeDecodeError as error:
            raise WrongInputError(f"not UTF-8 at byte {error.start + 1}") from None
        except (NotTheShapeError, OSError) as error:
            raise WrongInputError(str(error)) from None
    if as_json:
        print_json({"file": str(out), "rows": len(rows)})
    else:
        typer.echo(f"{out}: {len(rows)} rows")
