"""What is asked of the service for a preset."""

from typing import Any

import pytest

from cli.experiments.continuing import fingerprint
from cli.experiments.request import SIZES, PresetRun, completed
from cli.experiments.tasks import make_tasks
from tsloss_core.experiments import seeds_needed
from tsloss_core.spec import parse_rows
from tsloss_core.spec.experiments import ExperimentRequest
from tsloss_core.spec.experiments.presets import PRESETS

TASKS = [{"name": name, "training_file": f"file-{name}"} for name in ("a", "b")]
SOURCE = {"type": "experiment", "id": "exp-a", "task": "a", "arm": "none"}


def _body(preset: str, **wanted: Any) -> dict[str, object]:
    source = SOURCE if preset == "transfer" else None
    return PresetRun(preset, "tiny", **wanted).body(TASKS, source)


class TestBody:
    def test_every_preset_has_a_size(self) -> None:
        assert set(SIZES) == set(PRESETS)

    @pytest.mark.parametrize("preset", PRESETS)
    def test_its_seeds_suffice_for_a_significant_difference(self, preset: str) -> None:
        body = _body(preset)
        body.pop("name")
        spec = ExperimentRequest.model_validate(body).complete()
        assert len(spec.seeds) >= max(10, seeds_needed(len(spec.comparisons) * len(spec.tasks)))

    @pytest.mark.parametrize("preset", PRESETS)
    def test_the_steps_are_the_callers(self, preset: str) -> None:
        settings = _body(preset, steps=7, seeds=3)
        hyperparameters = settings["soft_prompt"]["hyperparameters"]  # type: ignore[index]
        assert hyperparameters["max_steps"] == 7
        assert settings["seeds"] == [0, 1, 2]

    @pytest.mark.parametrize(("wanted", "precision"), [(None, "float32"), ("bf16", "bf16")])
    def test_the_precision_is_the_callers_or_the_presets(
        self, wanted: str | None, precision: str
    ) -> None:
        body = _body("paper-main", precision=wanted)
        arms = completed(body).arms
        assert {arm.soft_prompt.hyperparameters.precision for arm in arms} == {precision}


class TestTasks:
    def test_they_are_rows_and_no_held_out_row_is_trained_on(self) -> None:
        for task in make_tasks(64, 40):
            training, held_out = (
                list(parse_rows(part.splitlines(keepends=True)))
                for part in (task.training, task.held_out)
            )
            assert (len(training), len(held_out)) == (64, 40)
            asked = {row.messages for row in training}
            assert asked.isdisjoint({row.messages for row in held_out})

    def test_guessing_among_their_choices_is_known(self) -> None:
        guessed = {task.name: task.guessed for task in make_tasks(4, 4)}
        assert guessed == {"intents": pytest.approx(1 / 6), "arithmetic": 0.25}


class TestFingerprint:
    def test_seeds_and_file_ids_do_not_matter_and_all_else_does(self) -> None:
        rows = make_tasks(4, 4)
        first = fingerprint(_body("paper-main", seeds=2), rows)
        others = [{**task, "training_file": "file-z"} for task in TASKS]
        assert fingerprint(PresetRun("paper-main", "tiny", 5).body(others), rows) == first
        assert fingerprint(_body("paper-main", steps=3), rows) != first
        assert fingerprint(_body("paper-ablation", seeds=2), rows) != first
        assert fingerprint(_body("paper-main", seeds=2), make_tasks(4, 5)) != first
