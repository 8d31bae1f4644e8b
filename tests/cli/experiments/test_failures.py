"""A command some of whose runs failed."""

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.errors import ExitCode
from cli.main import app
from tests.cli.experiments.scripts import MADE, experiment, report
from tests.support.scripted_service import Answer, scripted_service

FAILED = {
    "model": "tiny", "task": "intents", "arm": "none", "seed": 0, "job": "ftjob-1",
    "status": "failed", "error": "diverged: step 1",
}  # fmt: skip
COMMAND = ["experiment", "run", "paper-main", "--seeds", "1", "--model", "tiny", "--out"]


def _run(monkeypatch: pytest.MonkeyPatch, out: Path, status: str, told: Answer) -> Result:
    with scripted_service(*MADE, experiment(status), told) as script:
        monkeypatch.setenv("TSLOSS_BASE_URL", script.url)
        monkeypatch.setenv("TSLOSS_API_KEY", "tsl_x")
        return CliRunner().invoke(app, [*COMMAND, str(out)], catch_exceptions=False)


@pytest.mark.usefixtures("one_small_task")
class TestRunsThatFailed:
    def test_they_end_the_command_with_the_status_of_a_failed_job(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        result = _run(monkeypatch, tmp_path, "incomplete", report(FAILED, {**FAILED, "seed": 1}))
        assert result.exit_code == ExitCode.FAILED
        assert "2 of 6 runs" in result.stderr
        assert "tries failed runs again" in result.stderr

    def test_where_runs_were_cancelled_a_repeat_begins_anew(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cancelled = {**FAILED, "status": "cancelled"}
        result = _run(monkeypatch, tmp_path, "incomplete", report(FAILED, cancelled))
        assert "begins that experiment anew" in result.stderr

    def test_the_results_are_written_all_the_same(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _run(monkeypatch, tmp_path, "failed", report(FAILED))
        assert "diverged: step 1" in (tmp_path / "results.md").read_text()

    def test_without_them_the_command_is_done(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert _run(monkeypatch, tmp_path, "succeeded", report()).exit_code == ExitCode.DONE
