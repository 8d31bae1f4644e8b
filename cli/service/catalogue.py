"""The catalogue that an embedded service starts with: the bundled model."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from cli.defaults import MODEL_ID
from cli.embedded import DataFolder
from cli.errors import ServiceFailedError

_CONVERT = """
import pathlib, sys
from tsloss_core.models import bundled_model
bundled_model(pathlib.Path(sys.argv[1]))
"""


def ensure_catalogue(folder: DataFolder) -> Path:
    """Return the catalogue's path; write it, and convert the model, if they are not there yet.

    What an operator has added to the file stays. A data folder that was moved finds its model.
    Raises ServiceFailedError if the model cannot be converted.
    """
    model = folder.models / MODEL_ID
    if not model.exists():
        _convert(folder.models)
    entries = _read(folder.catalogue)
    bundled = _entry(entries)
    if bundled["path"] != str(model):
        bundled["path"] = str(model)
        folder.catalogue.write_text(json.dumps(entries, indent=2) + "\n", "utf-8")
    return folder.catalogue


def _read(catalogue: Path) -> list[dict[str, Any]]:
    if not catalogue.exists():
        return [{"id": MODEL_ID, "path": "", "queue": "cpu", "max_row_tokens": 2048}]
    entries: list[dict[str, Any]] = json.loads(catalogue.read_text("utf-8"))
    return entries


def _entry(entries: list[dict[str, Any]]) -> dict[str, Any]:
    for entry in entries:
        if entry["id"] == MODEL_ID:
            return entry
    return {"path": None}


def _convert(models: Path) -> None:
    """Convert in a process of its own, so that the supervisor never loads torch."""
    command = [sys.executable, "-c", _CONVERT, str(models)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        output, _ = process.communicate()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)  # it removes what it has written so far
        process.wait()
        raise
    if process.returncode != 0:
        tail = output.decode(errors="replace")[-1500:]
        raise ServiceFailedError(f"the bundled model could not be converted:\n{tail}")
