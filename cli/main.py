"""The command line `tsloss`. A command imports what it needs when it runs: `--help` is quick."""

from pathlib import Path
from typing import Annotated

import typer

from cli.data.commands import app as data

app = typer.Typer(
    name="tsloss",
    help="Tunes soft prompts under a topological regulariser and analyses their shape.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
keys = typer.Typer(help="API keys.", no_args_is_help=True)
app.add_typer(keys, name="keys")
app.add_typer(data, name="data")

DataDir = Annotated[Path, typer.Option(help="The folder of the embedded servers and artifacts.")]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(help="The port to listen on.")]


@app.command()
def serve(host: Host = "127.0.0.1", port: Port = 8000, data_dir: DataDir = Path("data")) -> None:
    """Run the whole service: PostgreSQL and Valkey unless given, API and worker. Ctrl-C ends it."""
    from cli.serve import serve as run

    run(host, port, data_dir)


@app.command()
def demo(
    port: Port = 8765,
    data_dir: DataDir = Path("data/demo"),
    out: Annotated[Path, typer.Option(help="Where the results go.")] = Path("build/demo"),
) -> None:
    """Start the service, tune a prompt of a real language model over HTTP, show what came out."""
    from cli.demo.run import run_demo

    raise typer.Exit(run_demo(port, data_dir, out))


@app.command()
def worker(
    queue: Annotated[
        list[str] | None, typer.Option(help="A queue to work on; all if none.")
    ] = None,
    concurrency: Annotated[int, typer.Option(help="Children, one per GPU.", min=1)] = 1,
) -> None:
    """Work on jobs until told to end."""
    from worker.launch import main

    main(queue or [], concurrency)


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from store.migrations import upgrade
    from store.settings import get_settings

    upgrade(get_settings().database_url)


@keys.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    project: Annotated[str, typer.Option(help="The project it belongs to.")] = "default",
) -> None:
    """Make an API key and print it. It is not stored and cannot be shown again."""
    from cli.keys import create_key as make

    typer.echo(make(name, project))


@app.command()
def gc() -> None:
    """Delete artifacts of a day and older that no row names."""
    from cli.gc import collect

    for key in collect():
        typer.echo(key)


@app.command()
def doctor() -> None:
    """Say what this machine has and lacks for running jobs."""
    from cli.doctor import examine

    raise typer.Exit(examine())


if __name__ == "__main__":
    app()
