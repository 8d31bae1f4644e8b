"""The option that names the service whose database a command works on."""

from pathlib import Path
from typing import Annotated

import typer

ServiceDir = Annotated[
    Path,
    typer.Option(
        "--data-dir",
        file_okay=False,
        help="The folder of the running service to use if TSLOSS_DATABASE_URL is not set.",
    ),
]
