"""`tsloss files ...`."""

from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.connection import ClientDir, connect
from cli.defaults import DATA_DIR
from cli.errors import told_plainly
from cli.output import AsJson, print_fields, print_json, print_rows, when

if TYPE_CHECKING:
    from tsloss_client import File

app = typer.Typer(help="The files of a service.", no_args_is_help=True)

HEADERS = ("id", "purpose", "bytes", "rows", "created", "name")

FileId = Annotated[str, typer.Argument(help="The file's id.")]


class UploadPurpose(StrEnum):
    """What a file is for."""

    FINE_TUNE = "fine-tune"
    POINT_CLOUD = "point-cloud"


@app.command()
def upload(
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    purpose: Annotated[
        UploadPurpose, typer.Option(help="What it is for.")
    ] = UploadPurpose.FINE_TUNE,
    data_dir: ClientDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """Upload training rows or a point cloud and print the file's id."""
    with told_plainly(), connect(data_dir) as client:
        file = client.files.upload(path, purpose=purpose.value)
        if as_json:
            print_json(file.model_dump())
        else:
            typer.echo(file.id)


@app.command("list")
def list_files(
    purpose: Annotated[str | None, typer.Option(help="Only those of this purpose.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The most to list.")] = 20,
    data_dir: ClientDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """List files, newest first."""
    with told_plainly(), connect(data_dir) as client:
        files = list(islice(client.files.list(purpose), limit))
        if as_json:
            print_json([file.model_dump() for file in files])
        else:
            print_rows(HEADERS, list(map(_row, files)))


@app.command()
def show(file_id: FileId, data_dir: ClientDir = DATA_DIR, as_json: AsJson = False) -> None:
    """Show a file."""
    with told_plainly(), connect(data_dir) as client:
        file = client.files.retrieve(file_id).model_dump()
        if as_json:
            print_json(file)
        else:
            print_fields({**file, "created_at": when(file["created_at"])})


@app.command()
def download(
    file_id: FileId,
    out: Annotated[Path, typer.Option(file_okay=False, help="The folder it goes to.")] = Path(),
    data_dir: ClientDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """Download a file under its own name and print where it lies."""
    with told_plainly(), connect(data_dir) as client:
        path = str(client.files.download(file_id, out))
        if as_json:
            print_json([path])
        else:
            typer.echo(path)


@app.command()
def delete(file_id: FileId, data_dir: ClientDir = DATA_DIR, as_json: AsJson = False) -> None:
    """Delete a file. One that an unfinished job needs stays."""
    with told_plainly(), connect(data_dir) as client:
        gone = client.files.delete(file_id)
        if as_json:
            print_json(gone.model_dump())
        else:
            typer.echo(gone.id)


def _row(file: "File") -> list[object]:
    created = when(file.created_at)
    return [file.id, file.purpose, file.bytes, file.rows, created, file.filename]
