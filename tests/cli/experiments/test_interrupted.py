"""Ctrl-C while the runs of a preset are followed."""

from pathlib import Path

import pytest

from cli.errors import BrokenOffError
from cli.experiments.progress import ExperimentBar
from cli.experiments.request import PresetRun
from cli.experiments.run import run_presets
from tests.cli.experiments.scripts import MADE, NONE_LEFT, experiment
from tests.support.scripted_service import Answer, Script, refusal, scripted_service
from tsloss_client import RefusedError


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C at the first look."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ExperimentBar, "show", interrupt)


def _run(monkeypatch: pytest.MonkeyPatch, folder: Path, paused: Answer) -> Script:
    """Make an experiment, follow it, and answer the wish to pause it so."""
    with scripted_service(*MADE, experiment(), paused) as script:
        monkeypatch.setenv("TSLOSS_BASE_URL", script.url)
        monkeypatch.setenv("TSLOSS_API_KEY", "tsl_x")
        run_presets([PresetRun("paper-main", "tiny", seeds=1)], folder, folder / "data", None)
    return script


@pytest.mark.usefixtures("one_small_task", "interrupted")
class TestCtrlC:
    def test_it_is_ctrl_c_although_every_run_has_just_ended(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(BrokenOffError, match="The same command goes on"):
            _run(monkeypatch, tmp_path, NONE_LEFT)

    def test_it_is_ctrl_c_although_the_service_is_away(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(BrokenOffError, match="could not be paused"):
            _run(monkeypatch, tmp_path, refusal(503, "away", **{"x-should-retry": "false"}))

    def test_runs_that_cannot_be_paused_for_another_reason_are_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(RefusedError, match="not_found"):
            _run(monkeypatch, tmp_path, refusal(404, "not_found"))
