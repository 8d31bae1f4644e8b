"""Results of several commands in one folder."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from api.experiments.examples import REPORT
from cli.errors import WrongInputError
from cli.experiments.request import PresetRun
from cli.experiments.results import FILE, CommandResults, Results, read_results, write_json
from cli.experiments.run import run_presets
from tests.cli.experiments.scripts import MADE, experiment, report
from tests.support.scripted_service import scripted_service
from tsloss_core.experiments import ExperimentReport


def _made(command: str, **ids: str) -> CommandResults:
    """Reports by the experiments' names."""
    example = TypeAdapter(ExperimentReport).validate_python(REPORT)
    reports = tuple(replace(example, name=name, id=id_) for name, id_ in ids.items())
    changed = {id_: ["a setting"] for id_ in ids.values()}
    return CommandResults(command, "2026-11-28", "A processor, 2 cores", changed, reports)


def _told(results: Results) -> list[tuple[str, list[str]]]:
    return [(each.command, [report.id for report in each.reports]) for each in results.commands]


class TestUpdated:
    def test_experiments_of_other_names_stay(self) -> None:
        results = Results(()).updated(_made("first", main="exp-1", transfer="exp-2"))
        updated = results.updated(_made("second", ablation="exp-3"))
        assert _told(updated) == [("first", ["exp-1", "exp-2"]), ("second", ["exp-3"])]

    def test_an_experiment_is_there_once_as_reported_last(self) -> None:
        results = Results(()).updated(_made("first", main="exp-1", transfer="exp-2"))
        updated = results.updated(_made("second", main="exp-3"))
        assert _told(updated) == [("first", ["exp-2"]), ("second", ["exp-3"])]
        assert updated.commands[0].changed == {"exp-2": ["a setting"]}

    def test_a_command_none_of_whose_reports_is_left_is_gone(self) -> None:
        results = Results(()).updated(_made("first", main="exp-1"))
        assert _told(results.updated(_made("second", main="exp-1"))) == [("second", ["exp-1"])]


class TestReadResults:
    def test_a_folder_without_any_has_none(self, tmp_path: Path) -> None:
        assert read_results(tmp_path / "new") == Results(())

    def test_what_was_written_is_read(self, tmp_path: Path) -> None:
        results = Results(()).updated(_made("first", main="exp-1"))
        write_json(tmp_path, results)
        assert read_results(tmp_path) == results

    @pytest.mark.parametrize("text", ["", "{", "{}", '{"commands": [{"reports": []}]}'])
    def test_a_file_that_is_not_of_this_version_is_refused(self, tmp_path: Path, text: str) -> None:
        (tmp_path / FILE).write_text(text)
        with pytest.raises(WrongInputError, match=r"results\.json .* --out"):
            read_results(tmp_path)


@pytest.mark.usefixtures("one_small_task")
class TestRunPresets:
    def test_reports_of_earlier_commands_stay_in_both_files(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_json(tmp_path, Results(()).updated(_made("an earlier command", transfer="exp-1")))
        with scripted_service(*MADE, experiment("succeeded"), report()) as script:
            monkeypatch.setenv("TSLOSS_BASE_URL", script.url)
            monkeypatch.setenv("TSLOSS_API_KEY", "tsl_x")
            wanted = PresetRun("paper-main", "tiny", seeds=1, precision="bf16")
            run_presets([wanted], tmp_path, tmp_path, None)
        names = [each.name for made in read_results(tmp_path).commands for each in made.reports]
        assert names == ["transfer", REPORT["name"]]
        text = (tmp_path / "results.md").read_text()
        assert "- `an earlier command` on 2026-11-28, A processor, 2 cores\n" in text
        assert (
            "- `tsloss experiment run paper-main --seeds 1 --precision bf16 --model tiny` on "
            in text
        )
        assert "\n## transfer\n" in text

    def test_results_that_would_be_lost_stop_it_before_anything_is_run(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / FILE).write_text("{}")
        monkeypatch.setenv("TSLOSS_BASE_URL", "http://127.0.0.1:9")
        with pytest.raises(WrongInputError):
            run_presets([PresetRun("paper-main", "tiny", seeds=1)], tmp_path, tmp_path, None)
