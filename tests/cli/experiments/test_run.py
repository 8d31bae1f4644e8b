"""Presets from the command line to the written results, on real workers with a tiny model."""

import json
from pathlib import Path

import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.errors import ExitCode
from cli.experiments import request, run, tasks
from cli.experiments.progress import ExperimentBar
from cli.main import app
from tests.support.polling import wait_for
from tests.support.running import Running

FIGURES = ("differences", "accuracy_curves", "loss_curves")


@pytest.fixture(autouse=True)
def _tiny(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Short rows for a model that reads characters and has a small window."""

    def generate(rows: int, seed: int, held_out: bool) -> list[dict[str, object]]:
        start = 100 * seed + 50 * held_out
        return [
            {"question": f"{i}?", "answer": str(i % 2), "choices": ["0", "1"]}
            for i in range(start, start + rows)
        ]

    monkeypatch.setenv("TSLOSS_BASE_URL", running.base_url)
    monkeypatch.setenv("TSLOSS_API_KEY", running.new_key("experiments"))
    monkeypatch.setattr(tasks, "GENERATORS", {"left": generate, "right": generate})
    monkeypatch.setattr(request, "VIRTUAL_TOKENS", 4)
    small = request.Size(4, 4, 2, 1, 5e-3)
    monkeypatch.setattr(request, "SIZES", dict.fromkeys(request.SIZES, small))


def _run(out: Path, *arguments: str) -> Result:
    command = ["experiment", "run", *arguments, "--model", "tiny", "--out", str(out)]
    return CliRunner().invoke(app, command, catch_exceptions=False)


def _experiments(running: Running) -> list[dict[str, object]]:
    return _listed(running, "experiments")


def _jobs(running: Running, experiment: str) -> list[dict[str, object]]:
    return _listed(running, f"fine_tuning/jobs?experiment={experiment}")


def _listed(running: Running, path: str) -> list[dict[str, object]]:
    headers = {"Authorization": f"Bearer {running.new_key('experiments')}"}
    return httpx.get(f"{running.base_url}/v1/{path}", headers=headers).json()["data"]


def _paused(running: Running) -> object:
    """The newest experiment's id once nothing of it runs or waits."""
    newest = _experiments(running)[0]
    return newest["id"] if newest["status"] == "paused" else None


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.timeout(600)
class TestRun:
    def test_it_goes_on_with_what_is_there_and_writes_what_came_out(
        self, tmp_path: Path, running: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delitem(tasks.GENERATORS, "right")
        monkeypatch.setattr(run, "ANALYSIS_SECONDS", 0.0)
        first = _run(tmp_path, "paper-main", "--seeds", "1", "--steps", "2")
        assert first.exit_code == 0, first.output
        (made,) = _experiments(running)
        second = _run(tmp_path, "paper-main", "--seeds", "2", "--steps", "2", "--json")
        assert second.exit_code == 0, second.output
        assert "Going on with" in second.output
        (extended,) = _experiments(running)
        assert extended["id"] == made["id"]
        written = json.loads((tmp_path / "results.json").read_text())
        (command,) = written["commands"]
        (report,) = command["reports"]
        assert (report["id"], report["status"]) == (made["id"], "succeeded")
        assert report["results"]["succeeded_runs"] == 2 * 7
        text = (tmp_path / "results.md").read_text()
        assert "tsloss experiment run paper-main --seeds 2 --steps 2 --model tiny" in text
        verdicts = [
            each["verdict"]
            for task in report["results"]["tasks"]
            for each in task["differences"]
            if each["metric"] == "accuracy"
        ]
        assert len(verdicts) == 8
        assert json.loads(second.stdout) == {made["id"]: verdicts}
        assert "cannot be compared" in first.stdout
        assert all(f"- {verdict}" in text for verdict in verdicts)
        drawn = {path.name for path in (tmp_path / "results").iterdir()}
        assert drawn == {f"paper-main-{name}.svg" for name in FIGURES}
        assert all(f"(results/{name})" in text for name in drawn)

    @pytest.mark.parametrize("confirmed", [True, False])
    def test_ctrl_c_pauses_and_the_same_command_goes_on(
        self, tmp_path: Path, running: Running, monkeypatch: pytest.MonkeyPatch, confirmed: bool
    ) -> None:
        monkeypatch.delitem(tasks.GENERATORS, "right")
        monkeypatch.setattr(run, "ANALYSIS_SECONDS", 0.0)
        command = ("paper-main", "--seeds", "1", "--steps", "31" if confirmed else "30")
        with monkeypatch.context() as patch:
            patch.setattr(ExperimentBar, "show", _interrupt)
            stopped = _run(tmp_path, *command)
        assert stopped.exit_code == ExitCode.INTERRUPTED, stopped.output
        assert "Stopped. The same command goes on" in stopped.output
        if confirmed:
            wait_for(lambda: _paused(running), "the runs to pause")
        again = _run(tmp_path, *command)
        assert again.exit_code == 0, again.output
        assert f"Going on with {_experiments(running)[0]['id']}" in again.output

    def test_transfer_starts_from_the_other_task(
        self, tmp_path: Path, running: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(run, "ANALYSIS_SECONDS", 0.0)
        result = _run(tmp_path, "transfer", "--seeds", "1")
        assert result.exit_code == 0, result.output
        newest, source, *_ = _experiments(running)
        assert (newest["name"], source["name"]) == ("transfer", "transfer-source")
        arms = newest["settings"]["arms"]  # type: ignore[index]
        starts = [arm["start"] and arm["start"]["id"] for arm in arms]
        assert starts == [None] * 3 + [source["id"]] * 3
        reports = json.loads((tmp_path / "results.json").read_text())["commands"][0]["reports"]
        told = [(each["name"], each["results"]["tasks"][0]["task"]) for each in reports]
        assert told == [("transfer-source", "left"), ("transfer", "right")]

    def test_runs_that_fail_are_written_told_and_tried_again(
        self, tmp_path: Path, running: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delitem(tasks.GENERATORS, "right")
        command = ["experiment", "run", "paper-main", "--seeds", "1", "--model", "broken"]
        for attempt in (1, 2):
            result = CliRunner().invoke(app, [*command, "--out", str(tmp_path)])
            assert result.exit_code == ExitCode.FAILED, result.output
            assert "7 of 7 runs" in result.stderr
            assert "model_not_loadable" in (tmp_path / "results.md").read_text()
            experiment = str(_experiments(running)[0]["id"])
            assert ("Going on with" in result.stderr) == (attempt == 2)
            assert {job["attempt"] for job in _jobs(running, experiment)} == {attempt}

    def test_an_unknown_preset_is_refused(self, tmp_path: Path) -> None:
        result = _run(tmp_path, "paper-mane")
        assert result.exit_code == 2

    def test_an_unknown_model_is_told(self, tmp_path: Path) -> None:
        command = ["experiment", "run", "paper-main", "--model", "no", "--out", str(tmp_path)]
        result = CliRunner().invoke(app, command)
        assert result.exit_code == ExitCode.REFUSED
        assert "'no'" in result.output
        assert list(tmp_path.iterdir()) == []
