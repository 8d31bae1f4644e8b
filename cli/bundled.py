"""The catalogue that an embedded service starts with: the bundled model."""

import json
import subprocess
import sys
from pathlib import Path

from cli.embedded import DataFolder

MODEL_ID = "smollm2-135m-instruct"

_CONVERT = """
import pathlib, sys
from tsloss_core.models import bundled_model
bundled_model(pathlib.Path(sys.argv[1]))
"""


def ensure_catalogue(folder: DataFolder) -> Path:
    """Return the catalogue's path; write it, and convert the model, if they are not there yet.

    The conversion runs in a process of its own, so that the supervisor never loads torch.
    """
    model = folder.models / MODEL_ID
    if not model.exists():
        subprocess.run([sys.executable, "-c", _CONVERT, folder.models], check=True)
    if not folder.catalogue.exists():
        entry = {"id": MODEL_ID, "path": str(model), "queue": "cpu", "max_row_tokens": 2048}
        folder.catalogue.write_text(json.dumps([entry], indent=2) + "\n", "utf-8")
    return folder.catalogue
