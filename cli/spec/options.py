"""The flags that `tsloss tune` and `tsloss jobs submit` share."""

from pathlib import Path
from typing import Annotated

import typer

PANEL = "Settings of the job"

Preset = Annotated[
    str | None, typer.Option(help="`paper`: the paper's own values.", rich_help_panel=PANEL)
]
Regularizer = Annotated[
    str | None,
    typer.Option(
        help="tsloss (the default), tsloss_scale_free, persistence, l2, pairwise, equidistance, "
        "random_direction or none.",
        rich_help_panel=PANEL,
    ),
]
Weight = Annotated[
    float | None, typer.Option(help="Weight of the regulariser.", rich_help_panel=PANEL)
]
Placement = Annotated[
    str | None, typer.Option(help="suffix (the default) or prefix.", rich_help_panel=PANEL)
]
VirtualTokens = Annotated[
    int | None, typer.Option(help="Number of virtual tokens; 20 if not set.", rich_help_panel=PANEL)
]
Epochs = Annotated[int | None, typer.Option(help="Number of epochs.", rich_help_panel=PANEL)]
MaxSteps = Annotated[
    int | None, typer.Option(help="Ends the run after so many steps.", rich_help_panel=PANEL)
]
BatchSize = Annotated[int | None, typer.Option(help="Rows of a batch.", rich_help_panel=PANEL)]
LearningRate = Annotated[
    float | None, typer.Option(help="0.005 if not set.", rich_help_panel=PANEL)
]
Precision = Annotated[
    str | None, typer.Option(help="float32 (the default) or bf16.", rich_help_panel=PANEL)
]
Config = Annotated[
    Path | None,
    typer.Option(
        exists=True, dir_okay=False, rich_help_panel=PANEL,
        help="A JSON or YAML file of settings, as `method.soft_prompt` of the interface has them.",
    ),
]  # fmt: skip
Assignments = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="FIELD=VALUE", rich_help_panel=PANEL,
        help="Any setting, such as `hyperparameters.learning_rate=1e-3`; may be repeated.",
    ),
]  # fmt: skip
Seed = Annotated[
    int | None, typer.Option(min=0, max=2**31 - 1, help="The seed of every random choice.")
]

FIELDS = {
    "preset": "preset",
    "regularizer": "regularizer.type",
    "weight": "regularizer.weight",
    "placement": "placement",
    "virtual_tokens": "num_virtual_tokens",
    "epochs": "hyperparameters.n_epochs",
    "max_steps": "hyperparameters.max_steps",
    "batch_size": "hyperparameters.batch_size",
    "learning_rate": "hyperparameters.learning_rate",
    "precision": "hyperparameters.precision",
}
"""The field that each flag sets."""
