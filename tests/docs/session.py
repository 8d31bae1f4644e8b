"""Runs a page's blocks one after the other, as a reader would type them."""

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml

from tests.docs.pages import ROOT, Block

WRITTEN = "http://127.0.0.1:8000"

PREAMBLE = f"""
set -euo pipefail
make() {{ command make --dry-run --directory={ROOT} "$@"; }}
if [ -e .state ]; then source .state; fi
"""
"""Targets of make are only looked up: what they do has tests of its own."""

POSTAMBLE = """
declare -p | grep -v '^declare -[aAi]*r' | grep -v ' BASH\\| FUNCNAME\\| PIPESTATUS' > .state
declare -f >> .state
env --null > .exported
"""


@dataclass
class Session:
    """A folder, the address of the service that runs, and what the Python blocks have defined."""

    folder: Path
    address: str
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__page__"})

    def run(self, block: Block) -> str:
        """Run a block; return what a shell block printed. Fails with the block's own error."""
        text = block.text.replace(WRITTEN, self.address)
        run = {"sh": self._shell, "python": self._python, "json": _json, "yaml": _yaml, "text": str}
        assert block.language in run, f"line {block.line}: nothing runs '{block.language}'"
        return run[block.language](text)

    def _shell(self, text: str) -> str:
        done = subprocess.run(
            ["bash", "-c", PREAMBLE + text + POSTAMBLE],
            cwd=self.folder, capture_output=True, text=True, timeout=3000, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def _python(self, text: str) -> str:
        """Run it as a Python that was started from the page's shell."""
        with patch.dict(os.environ, self._exported()):
            exec(compile(text, "block", "exec"), self.names)
        return ""

    def _exported(self) -> dict[str, str]:
        path = self.folder / ".exported"
        lines = path.read_text().split("\0") if path.exists() else []
        return dict(line.split("=", 1) for line in lines if line)


def _json(text: str) -> str:
    """One value, or one per line."""
    try:
        json.loads(text)
    except json.JSONDecodeError:
        for line in text.splitlines():
            json.loads(line)
    return text


def _yaml(text: str) -> str:
    yaml.safe_load(text)
    return text
