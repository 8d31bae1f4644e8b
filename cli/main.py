"""The command line `tsloss`. A command imports what it needs when it runs: `--help` is quick."""

from pathlib import Path
from typing import Annotated

import typer

from cli.analyze.commands import analyze
from cli.data.commands import app as data
from cli.defaults import DATA_DIR
from cli.errors import told_plainly
from cli.experiments.commands import app as experiment
from cli.files.commands import app as files
from cli.jobs.commands import app as jobs
from cli.keys.commands import app as keys
from cli.output import AsJson, print_json
from cli.service_dir import ServiceDir
from cli.tune.commands import tune
from cli.usage import Commands

app = typer.Typer(
    name="tsloss",
    cls=Commands,
    help="Tunes soft prompts under a topological regulariser and analyses their shape.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(tune)
app.command()(analyze)
app.add_typer(jobs, name="jobs")
app.add_typer(files, name="files")
app.add_typer(keys, name="keys")
app.add_typer(data, name="data")
app.add_typer(experiment, name="experiment")

DataDir = Annotated[
    Path, typer.Option(file_okay=False, help="The folder of the embedded servers and artifacts.")
]
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


@app.command()
def gc(data_dir: ServiceDir = DATA_DIR, as_json: AsJson = False) -> None:
    """Delete jobs and experiments beyond their retention, then artifacts that no row names.

    A finished experiment goes as a whole. Artifacts are of a day and older.
    """
    from cli.gc import collect
    from cli.settings import find_settings

    with told_plainly():
        gone = collect(find_settings(data_dir))
        if as_json:
            print_json(gone.to_json())
            return
        typer.echo(gone.words(), err=True)
        for key in gone.artifacts:
            typer.echo(key)


@app.command()
def doctor(data_dir: ServiceDir = DATA_DIR, as_json: AsJson = False) -> None:
    """Say what this machine has and lacks for running jobs; status 1 if something is lacking."""
    from cli.doctor import examine

    raise typer.Exit(0 if examine(data_dir, as_json) else 1)


if __name__ == "__main__":
    app()
