"""How every command speaks: one line for an error, no colour but on a terminal, completion."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app

REPOSITORY = Path(__file__).resolve().parents[2]
TSLOSS = [sys.executable, "-m", "cli.main"]


class TestUsageErrors:
    @pytest.mark.parametrize(
        ("given", "told"),
        [
            (["jobz"], "No such command 'jobz'. Did you mean 'jobs'? (see `tsloss --help`)"),
            (["jobs", "show"], "Missing argument 'job_id' (see `tsloss jobs show --help`)"),
            (["serve", "--port", "0"], "'--port'"),
            (["jobs", "list", "--no"], "No such option"),
        ],
    )
    def test_they_are_one_line(self, given: list[str], told: str) -> None:
        result = CliRunner().invoke(app, given, prog_name="tsloss")
        assert (result.exit_code, result.stdout) == (2, "")
        assert told in result.stderr
        assert len(result.stderr.splitlines()) == 1

    def test_no_command_shows_the_help(self) -> None:
        result = CliRunner().invoke(app, [])
        assert "tune" in result.output
        assert result.exit_code == 2


class TestColour:
    def test_on_a_terminal_only_and_not_against_its_owner_s_wish(self) -> None:
        assert "\x1b[" in _on_a_terminal({})
        assert "\x1b[" not in _on_a_terminal({"NO_COLOR": "1"})
        plain = subprocess.run(
            [*TSLOSS, "jobz"], cwd=REPOSITORY, capture_output=True, text=True, check=False
        )
        assert "\x1b[" not in plain.stderr


class TestCompletion:
    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_a_script_is_printed(self, shell: str) -> None:
        found = _complete({"_TSLOSS_COMPLETE": f"source_{shell}"})
        assert f"complete_{shell}" in found

    def test_commands_are_completed(self) -> None:
        asked = {
            "_TSLOSS_COMPLETE": "complete_bash", "COMP_WORDS": "tsloss jobs wa", "COMP_CWORD": "2",
        }  # fmt: skip
        assert _complete(asked).split() == ["watch"]


def _complete(variables: dict[str, str]) -> str:
    script = "from cli.main import app; app(prog_name='tsloss')"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY, env=os.environ | variables, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def _on_a_terminal(variables: dict[str, str]) -> str:
    outer, inner = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm"}
    subprocess.run(
        [*TSLOSS, "jobz"], cwd=REPOSITORY, env=environment | variables, stderr=inner, check=False
    )
    os.close(inner)
    with os.fdopen(outer, "rb") as said:
        return said.read1(4096).decode()
