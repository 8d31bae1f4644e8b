"""The demonstration goes the whole way over HTTP and says when something fails."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.demo import run as demo
from cli.main import app
from tests.support.running import QUICK, Running


@pytest.fixture(autouse=True)
def _tiny(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demonstration's path with a job of seconds."""
    monkeypatch.setenv("TSLOSS_BASE_URL", running.base_url)
    monkeypatch.setenv("TSLOSS_API_KEY", running.new_key("demo"))
    monkeypatch.setattr(demo, "TRAINING_ROWS", 4)
    monkeypatch.setattr(demo, "HELD_OUT_ROWS", 3)
    method = {"type": "soft_prompt", "soft_prompt": QUICK}
    monkeypatch.setattr(demo, "JOB", {**demo.JOB, "model": "tiny", "method": method})


def _demonstrate(out: Path) -> Result:
    return CliRunner().invoke(app, ["demo", "--out", str(out)], catch_exceptions=False)


class TestDemo:
    def test_it_ends_with_accuracies_files_and_diagrams(self, tmp_path: Path) -> None:
        result = _demonstrate(tmp_path / "out")
        assert result.exit_code == 0, result.output
        assert "3 held-out rows" in result.output
        assert "persistence diagrams in PostgreSQL" in result.output
        written = {path.name for path in (tmp_path / "out").iterdir()}
        assert {"soft_prompt.safetensors", "step_metrics.csv", "evolution.svg"} <= written
        for path in (tmp_path / "out").iterdir():
            assert str(path) in result.output
            assert path.stat().st_size > 0

    def test_a_job_that_fails_fails_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(demo, "JOB", {**demo.JOB, "model": "broken"})
        result = _demonstrate(tmp_path)
        assert result.exit_code == 1
        assert "did not succeed" in result.output

    def test_a_refusal_is_shown(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(demo, "JOB", {**demo.JOB, "model": "unknown"})
        result = _demonstrate(tmp_path)
        assert result.exit_code == 4
        assert json.dumps("unknown").strip('"') in result.output

    def test_a_service_that_is_away_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TSLOSS_BASE_URL", "http://127.0.0.1:1")
        result = _demonstrate(tmp_path)
        assert result.exit_code == 3
        assert "the service does not answer" in result.output


@pytest.mark.slow
@pytest.mark.timeout(900)
class TestTheRealOne:
    def test_held_out_accuracy_rises(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.undo()
        for name in ("TSLOSS_BASE_URL", "TSLOSS_API_KEY"):
            monkeypatch.delenv(name, raising=False)
        options = ["--data-dir", str(tmp_path / "data"), "--out", str(tmp_path / "out")]
        result = CliRunner().invoke(app, ["demo", *options], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        before, after = (_correct(tmp_path / "out", when) for when in ("before", "after"))
        assert after > before


def _correct(out: Path, when: str) -> int:
    lines = (out / f"predictions_{when}.jsonl").read_text().splitlines()
    return sum(json.loads(line)["correct"] for line in lines)
