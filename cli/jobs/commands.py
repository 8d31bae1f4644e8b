"""`tsloss jobs ...`."""

from pathlib import Path
from typing import Annotated

import typer

from cli.connection import ClientDir, connect
from cli.defaults import DATA_DIR, MODEL_ID
from cli.errors import told_plainly
from cli.jobs import steer
from cli.output import AsJson, print_json, progress_console
from cli.spec import options

app = typer.Typer(help="The tuning jobs of a service.", no_args_is_help=True)

JobId = Annotated[str, typer.Argument(help="The job's id.")]


@app.command()
def submit(
    data: Annotated[str, typer.Argument(help="Training rows: a file here, or a file's id.")],
    *,
    model: Annotated[str, typer.Option(help="An id of the service's catalogue.")] = MODEL_ID,
    validation: Annotated[
        str | None, typer.Option(help="Rows to grade the prompt on: a file here, or an id.")
    ] = None,
    seed: options.Seed = None,
    suffix: Annotated[str | None, typer.Option(help="Goes into the tuned model's name.")] = None,
    metadata: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="May be repeated.")
    ] = None,
    priority: Annotated[int, typer.Option(help="Higher ones are run first.")] = 0,
    preset: options.Preset = None,
    regularizer: options.Regularizer = None,
    weight: options.Weight = None,
    placement: options.Placement = None,
    virtual_tokens: options.VirtualTokens = None,
    epochs: options.Epochs = None,
    max_steps: options.MaxSteps = None,
    batch_size: options.BatchSize = None,
    learning_rate: options.LearningRate = None,
    precision: options.Precision = None,
    config: options.Config = None,
    assignments: options.Assignments = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Only tell what the job would take.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Wait for the job's end.")] = False,
    data_dir: ClientDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """Upload the rows, queue a job and print its id."""
    flags = {name: value for name, value in locals().items() if name in options.FIELDS}
    with told_plainly():
        from cli.jobs.show import show_estimate
        from cli.jobs.submit import TypedJob, request_of
        from cli.jobs.watch import watch_job
        from cli.spec.build import build_settings

        settings = build_settings(config, flags, assignments or [])
        asked = TypedJob(model, data, validation, seed, suffix, metadata or [], priority, settings)
        with connect(data_dir) as client:
            request = request_of(client, asked)
            if estimate:
                show_estimate(client.jobs.estimate(**request), as_json)
                return
            job = client.jobs.create(**request)
            if watch:
                watch_job(client, job.id, progress_console(), as_json)
            elif as_json:
                print_json(job.model_dump())
            else:
                typer.echo(job.id)


@app.command("list")
def list_jobs(
    status: Annotated[str | None, typer.Option(help="Only those in this state.")] = None,
    model: Annotated[str | None, typer.Option(help="Only those on this model.")] = None,
    metadata: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="Only those that carry it.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="The most to list.")] = 20,
    data_dir: ClientDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """List jobs, newest first."""
    with told_plainly():
        from itertools import islice

        from cli.jobs.show import show_jobs
        from cli.jobs.submit import pairs

        with connect(data_dir) as client:
            found = client.jobs.list(status, model, pairs(metadata or []))
            show_jobs(list(islice(found, limit)), as_json)


@app.command()
def show(job_id: JobId, data_dir: ClientDir = DATA_DIR, as_json: AsJson = False) -> None:
    """Show a job."""
    with told_plainly():
        from cli.jobs.show import show_job

        with connect(data_dir) as client:
            show_job(client.jobs.retrieve(job_id), as_json)


@app.command()
def watch(job_id: JobId, data_dir: ClientDir = DATA_DIR, as_json: AsJson = False) -> None:
    """Follow a job to its end, through broken connections; status 1 if it does not succeed."""
    with told_plainly():
        from cli.jobs.watch import watch_job

        with connect(data_dir) as client:
            watch_job(client, job_id, progress_console(), as_json)


@app.command()
def download(
    job_id: JobId,
    out: Annotated[
        Path | None, typer.Option(file_okay=False, help="The folder; the job's id if none.")
    ] = None,
    figures: Annotated[bool, typer.Option(help="The figures of its analysis too.")] = True,
    data_dir: ClientDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """Download a job's results and print where they lie."""
    with told_plainly():
        from cli.jobs.download import download_results

        with connect(data_dir) as client:
            paths = download_results(client, job_id, out or Path(job_id), figures)
            if as_json:
                print_json([str(path) for path in paths])
            else:
                for path in paths:
                    typer.echo(str(path))


steer.register(app)
