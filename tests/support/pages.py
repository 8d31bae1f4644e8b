"""Runs what the documents show, as a reader would type it."""

import os
import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def blocks(page: str, language: str) -> list[str]:
    """Return the code blocks of a page of the repository."""
    text = (REPOSITORY / page).read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def run_shell(script: str, folder: Path, variables: dict[str, str]) -> str:
    """Run a script in a folder, with `tsloss` this checkout's; return its stdout."""
    prelude = f'tsloss() {{ "{sys.executable}" -m cli.main "$@"; }}\n'
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", prelude + script],
        cwd=folder, env=os.environ | variables | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
