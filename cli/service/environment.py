"""The settings of the service's processes: what the operator gave, and the embedded rest."""

import os
from collections.abc import Callable
from contextlib import ExitStack

from rich.console import Console

from cli.defaults import MODEL_ID
from cli.embedded import DataFolder, EmbeddedPostgres, EmbeddedValkey
from cli.service.catalogue import ensure_catalogue

Check = Callable[[], None]


def prepare_environment(
    folder: DataFolder, stack: ExitStack, console: Console
) -> tuple[dict[str, str], list[Check]]:
    """Start the servers that no TSLOSS_ variable names; `stack` stops them.

    Returns the TSLOSS_ variables, complete, and a check of each server that raises
    ServiceFailedError once it has ended.
    """
    given = {name: value for name, value in os.environ.items() if name.startswith("TSLOSS_")}
    settings = {"TSLOSS_DATA_DIR": str(folder.path)} | given
    checks: list[Check] = []
    for variable, server in (
        ("TSLOSS_DATABASE_URL", EmbeddedPostgres(folder.postgres)),
        ("TSLOSS_REDIS_URL", EmbeddedValkey(folder.valkey)),
    ):
        if not settings.get(variable):
            stack.callback(server.stop)
            settings[variable] = server.start()
            checks.append(server.check)
    settings.setdefault("TSLOSS_ARTIFACTS_URL", str(folder.artifacts))
    settings.setdefault("TSLOSS_SECRET_KEY", folder.secret("secret-key"))
    if "TSLOSS_MODELS" not in given:
        if not (folder.models / MODEL_ID).exists():
            console.print(f"Converting {MODEL_ID}, once; this takes about half a minute ...")
        settings["TSLOSS_MODELS"] = str(ensure_catalogue(folder))
    return settings, checks
