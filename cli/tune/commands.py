"""`tsloss tune`."""

from pathlib import Path
from typing import Annotated

import typer

from cli.defaults import DATA_DIR, MODEL_ID
from cli.errors import WrongInputError, told_plainly
from cli.output import AsJson, print_json, progress_console
from cli.spec import options

Data = Annotated[
    Path | None,
    typer.Argument(exists=True, dir_okay=False, help="Training rows, JSON Lines."),
]
Model = Annotated[
    str,
    typer.Option(help="An id of the catalogue, the bundled model, a folder, or a hub id."),
]
Validation = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="Rows to grade the prompt on.")
]
Out = Annotated[Path, typer.Option(file_okay=False, help="Where the results go.")]
Resume = Annotated[
    Path | None,
    typer.Option(
        exists=True, file_okay=False, metavar="FOLDER",
        help="Go on with the run that was interrupted in this folder.",
    ),
]  # fmt: skip
Overwrite = Annotated[bool, typer.Option(help="Begin anew where --out holds another run.")]
StartFrom = Annotated[
    Path | None,
    typer.Option(
        exists=True, dir_okay=False, help="Begin with this prompt, a soft_prompt.safetensors."
    ),
]
Device = Annotated[
    str | None,
    typer.Option(help="cpu, cuda or auto (all cards); if not set, a card where there is one."),
]
Revision = Annotated[str | None, typer.Option(help="The revision of a hub id.")]
Dtype = Annotated[
    str | None, typer.Option(help="Of the weights: float32 (the default), bfloat16 or float16.")
]
DataDir = Annotated[
    Path,
    typer.Option(file_okay=False, help="Where the catalogue and the converted bundled model lie."),
]


def tune(
    data: Data = None,
    *,
    model: Model = MODEL_ID,
    validation: Validation = None,
    seed: options.Seed = None,
    out: Out = Path("tuned"),
    resume: Resume = None,
    overwrite: Overwrite = False,
    start_from: StartFrom = None,
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
    device: Device = None,
    dtype: Dtype = None,
    revision: Revision = None,
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """Tune a soft prompt in this process and leave it, its grades and its figures in a folder.

    No server is needed. Ctrl-C saves the state and says how to go on; a second one ends at once.
    """
    flags = {name: value for name, value in locals().items() if name in options.FIELDS}
    with told_plainly():
        from cli.spec.build import build_settings, check_tuning
        from cli.tune.folder import RunFolder
        from cli.tune.model import choose_model
        from cli.tune.request import DataFile, TuneRequest
        from cli.tune.run import perform
        from cli.tune.show import show_summary

        if (data is None) == (resume is None):
            raise WrongInputError("give either a data file or --resume FOLDER")
        if resume is not None:
            folder = RunFolder.resume(resume)
        else:
            settings = build_settings(config, flags, assignments or [])
            request = TuneRequest(
                data=DataFile.of(Path(str(data))),
                validation=validation and DataFile.of(validation),
                model=choose_model(model, revision, dtype, data_dir),
                device=device,
                start_from=start_from and start_from.resolve(),
                config=check_tuning(settings, seed),
            )
            folder = RunFolder.begin(out, request, overwrite)
        summary = perform(folder, progress_console())
        if as_json:
            print_json(summary)
        else:
            show_summary(summary)
