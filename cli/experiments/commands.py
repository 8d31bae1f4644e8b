"""`tsloss experiment ...`: experiments with generated tasks."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.defaults import MODEL_ID
from cli.errors import told_plainly
from cli.output import AsJson, print_json

app = typer.Typer(help="Experiments: many jobs and one comparison.", no_args_is_help=True)


class PresetName(StrEnum):
    """The experiments that can be run."""

    PAPER_MAIN = "paper-main"
    PAPER_CONVERGENCE = "paper-convergence"
    PAPER_ABLATION = "paper-ablation"
    ADAPTIVE_WEIGHTING = "adaptive-weighting"
    EQUIDISTANCE_CONTROL = "equidistance-control"
    TRANSFER = "transfer"


class PrecisionName(StrEnum):
    """What the model is computed in."""

    FLOAT32 = "float32"
    BF16 = "bf16"


@app.callback()
def experiment() -> None:
    """Experiments: many jobs and one comparison."""


@app.command()
def run(
    presets: Annotated[list[PresetName], typer.Argument(help="One or more, run in this order.")],
    *,
    seeds: Annotated[
        int | None,
        typer.Option(
            help="Runs of each arm and task; if none, 10, or as many more as a difference needs to "
            "be significant after Holm's correction.",
            min=1,
            max=1000,
        ),
    ] = None,
    steps: Annotated[
        int | None, typer.Option(help="Steps of each run; the preset's own if none.", min=1)
    ] = None,
    precision: Annotated[
        PrecisionName | None,
        typer.Option(help="What the model is computed in; the preset's own if none."),
    ] = None,
    model: Annotated[str, typer.Option(help="A model of the service's catalogue.")] = MODEL_ID,
    out: Annotated[
        Path, typer.Option(file_okay=False, help="The folder of results.md and results.json.")
    ] = Path("docs"),
    data_dir: Annotated[
        Path, typer.Option(file_okay=False, help="The folder of the embedded servers.")
    ] = Path("data/experiments"),
    port: Annotated[
        int | None, typer.Option(help="The port to listen on; a free one if none.", min=1)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run presets on two generated tasks and write what came out.

    Starts the service, or uses the one of TSLOSS_BASE_URL with the key TSLOSS_API_KEY. Ctrl-C
    pauses the runs; the same command goes on from there, and tries failed runs again. Prints the
    verdicts, with --json by experiment; status 1 if a run did not succeed.
    """
    from cli.experiments.failures import check_runs
    from cli.experiments.request import PresetRun
    from cli.experiments.run import run_presets

    wanted = [PresetRun(preset, model, seeds, steps, precision) for preset in presets]
    with told_plainly():
        reports = run_presets(wanted, out, data_dir, port)
        verdicts = {report.id: report.results.verdicts() for report in reports}
        if as_json:
            print_json(verdicts)
        else:
            typer.echo("\n".join(line for lines in verdicts.values() for line in lines))
        check_runs(reports)
