"""What a person at a terminal sees of `tsloss tune`: a bar and a table that move in place."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from tests.support.serving import clean_environment

REPOSITORY = Path(__file__).resolve().parents[3]
SMALL = ["--virtual-tokens", "4", "--batch-size", "2", "--set", "evaluation.max_new_tokens=4"]
TERMINAL = {"TERM": "xterm", "COLUMNS": "140", "LINES": "40", "PYTHONUTF8": "1"}
CURSOR_UP = "\x1b[1A"
HEAD = ["step", "loss", "h0", "h1", "gradient ratio", "validation accuracy"]
NUMBER = r"[\d.e-]+"
ROW = rf"\d+\s+\d+\.\d{{4}}\s+{NUMBER}\s+{NUMBER}\s+{NUMBER}\s+[01]\.\d{{3}}"
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class TestOnATerminal:
    def test_a_bar_and_a_table_move_in_place(self, model: Path, data: Path, tmp_path: Path) -> None:
        given = [data, "--validation", data, "--model", model, "--out", tmp_path / "out", *SMALL]
        shown = _shown_by("tune", *given, "--epochs", 2)
        before, moved, last = shown.rpartition(CURSOR_UP)
        assert moved, before
        bar, head, *rows = _ESCAPE.sub("", last).strip().splitlines()
        assert re.search(r"━{20,} 8/8 \d+\.\d\d steps/s", bar)
        assert re.split(r"\s{2,}", head.strip()) == HEAD
        assert [row.split()[0] for row in rows] == ["4", "8"]
        assert all(re.fullmatch(ROW, row.strip()) for row in rows)

    def test_no_line_of_progress_is_printed_beside_them(
        self, model: Path, data: Path, tmp_path: Path
    ) -> None:
        given = [data, "--model", model, "--out", tmp_path / "out", *SMALL]
        assert "step 1 of 1: loss" not in _shown_by("tune", *given, "--max-steps", 1)


def _shown_by(*arguments: object) -> str:
    """Run a command whose stderr is a terminal; return all that this was sent."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "cli.main", *map(str, arguments)],
        cwd=REPOSITORY, env=clean_environment() | TERMINAL | {"OMP_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs,
    ) as process:  # fmt: skip
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b"")).decode()
    os.close(ours)
    assert process.returncode == 0, shown
    return shown


def _read(terminal: int) -> bytes:
    """Return what was sent, or nothing once the other side is closed."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
