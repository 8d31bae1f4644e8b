"""The command line `tsloss`. A command imports what it needs when it runs: `--help` is quick."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.data.commands import app as data
from cli.errors import told_plainly
from cli.experiments.commands import app as experiment

app = typer.Typer(
    name="tsloss",
    help="Tunes soft prompts under a topological regulariser and analyses their shape.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
keys = typer.Typer(help="API keys.", no_args_is_help=True)
app.add_typer(keys, name="keys")
app.add_typer(data, name="data")
app.add_typer(experiment, name="experiment")

DATA_DIR = Path("data")

DataDir = Annotated[
    Path, typer.Option(file_okay=False, help="The folder of the embedded servers and artifacts.")
]
ServiceDir = Annotated[
    Path,
    typer.Option(
        "--data-dir",
        file_okay=False,
        help="The folder of the running service to use if TSLOSS_DATABASE_URL is not set.",
    ),
]


class KeyScope(StrEnum):
    """What a key may do."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)]


@app.command()
def serve(host: Host = "127.0.0.1", port: Port = 8000, data_dir: DataDir = DATA_DIR) -> None:
    """Run the whole service: PostgreSQL and Valkey unless given, API and worker. Ctrl-C ends it."""
    from cli.serve import serve as run

    with told_plainly():
        run(host, port, data_dir)


@app.command()
def demo(
    port: Annotated[
        int | None, typer.Option(help="The port to listen on; a free one if none.", min=1)
    ] = None,
    data_dir: DataDir = Path("data/demo"),
    out: Annotated[Path, typer.Option(file_okay=False, help="Where the results go.")] = Path(
        "build/demo"
    ),
) -> None:
    """Tune a prompt of a real language model over HTTP and show what came out.

    Starts the service, or uses the one of TSLOSS_BASE_URL with the key TSLOSS_API_KEY.
    """
    from cli.demo.run import run_demo

    with told_plainly():
        run_demo(port, data_dir, out)


@app.command()
def worker(
    queue: Annotated[
        list[str] | None, typer.Option(help="A queue to work on; all if none.")
    ] = None,
    concurrency: Annotated[int, typer.Option(help="Children, one per GPU.", min=1)] = 1,
    data_dir: ServiceDir = DATA_DIR,
) -> None:
    """Work on jobs until told to end."""
    from cli.settings import find_settings

    with told_plainly():
        find_settings(data_dir)
    from worker.launch import main

    main(queue or [], concurrency)


@app.command()
def migrate(data_dir: ServiceDir = DATA_DIR) -> None:
    """Bring the database to the newest schema."""
    from cli.migrate import migrate as run
    from cli.settings import find_settings

    with told_plainly():
        run(find_settings(data_dir))


@keys.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    project: Annotated[str, typer.Option(help="The project it belongs to.")] = "default",
    scope: Annotated[
        list[KeyScope] | None, typer.Option(help="What it may do; everything if none.")
    ] = None,
    days: Annotated[int | None, typer.Option(help="How long it is valid.", min=1)] = None,
    data_dir: ServiceDir = DATA_DIR,
) -> None:
    """Make an API key and print it. It is not stored and cannot be shown again."""
    from cli.keys import create_key as make
    from cli.settings import find_settings

    with told_plainly():
        scopes = tuple(each.value for each in scope or KeyScope)
        typer.echo(make(name, project, find_settings(data_dir), scopes, days))


@keys.command("list")
def list_keys(
    project: Annotated[str, typer.Option(help="The project's name.")] = "default",
    data_dir: ServiceDir = DATA_DIR,
) -> None:
    """List a project's keys: id, last four characters, name, scopes, state, last use."""
    from cli.keys import list_keys as read
    from cli.settings import find_settings

    with told_plainly():
        for line in read(project, find_settings(data_dir)):
            typer.echo(line)


@keys.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(help="The key's id, as `keys list` shows it.")],
    project: Annotated[str, typer.Option(help="The project's name.")] = "default",
    data_dir: ServiceDir = DATA_DIR,
) -> None:
    """End a key now and for good."""
    from cli.keys import revoke_key as revoke
    from cli.settings import find_settings

    with told_plainly():
        revoke(key_id, project, find_settings(data_dir))


@app.command()
def gc(data_dir: ServiceDir = DATA_DIR) -> None:
    """Delete jobs beyond their retention, then artifacts of a day and older that no row names."""
    from cli.gc import collect
    from cli.settings import find_settings

    with told_plainly():
        jobs, keys = collect(find_settings(data_dir))
        typer.echo(f"{jobs} jobs deleted, {len(keys)} artifacts without a row", err=True)
        for key in keys:
            typer.echo(key)


@app.command()
def doctor(data_dir: ServiceDir = DATA_DIR) -> None:
    """Say what this machine has and lacks for running jobs; status 1 if something is lacking."""
    from cli.doctor import examine

    raise typer.Exit(0 if examine(data_dir) else 1)


if __name__ == "__main__":
    app()
