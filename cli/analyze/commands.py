"""`tsloss analyze`."""

from pathlib import Path
from typing import Annotated

import typer

from cli.errors import told_plainly
from cli.output import AsJson, print_json, progress_console

Clouds = Annotated[
    list[Path],
    typer.Argument(
        exists=True, dir_okay=False, metavar="CLOUD",
        help="Point clouds: .npy, .csv, .safetensors with one tensor, as a soft prompt is, or a"
        " PEFT prompt-tuning adapter as .zip.",
    ),
]  # fmt: skip
MaxDimension = Annotated[int, typer.Option(help="Highest homology dimension, 0 to 2.")]
MaxEdgeLength = Annotated[
    float | None, typer.Option(help="Longest edge of the Vietoris-Rips complex; no bound if none.")
]
Out = Annotated[
    Path | None,
    typer.Option(file_okay=False, help="Where analysis.json and the figures go; nowhere if none."),
]


def analyze(
    clouds: Clouds,
    max_dimension: MaxDimension = 1,
    max_edge_length: MaxEdgeLength = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Compute persistence diagrams and their measures; of several clouds also how far they moved.

    Several clouds are taken in the order given. A name such as step-000120 tells the step.
    """
    with told_plainly():
        from cli.analyze.run import analyze_files, write_analysis
        from cli.analyze.show import show_analysis
        from cli.spec.build import check_settings
        from tsloss_core.spec import AnalysisSettings

        given = {"max_dimension": max_dimension, "max_edge_length": max_edge_length}
        settings = check_settings(AnalysisSettings, given)
        analysis = analyze_files(clouds, settings, progress_console())
        if out is not None:
            write_analysis(analysis, out)
        if as_json:
            print_json(analysis.to_json())
        else:
            show_analysis(analysis)
