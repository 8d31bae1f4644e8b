"""Runs that begin with the same prompt and grade alike are graded once before their first steps."""

from typing import Any

import pytest

from tests.support.tiny_models import tiny_model, tiny_tokenizer
from tests.tsloss_core.tuning.test_tune import ROWS, _config
from tsloss_core.tuning import Callbacks, Evaluation, Snapshot, loop, tune, tune_many

BRIEF = {"n_epochs": 1, "batch_size": 6}
L2 = {"type": "l2", "weight": 0.1}


@pytest.fixture
def graded(monkeypatch: pytest.MonkeyPatch) -> list[Evaluation]:
    """Every evaluation that is made."""
    made: list[Evaluation] = []
    real = loop.evaluate

    def evaluate(*arguments: Any) -> Evaluation:
        made.append(real(*arguments))
        return made[-1]

    monkeypatch.setattr(loop, "evaluate", evaluate)
    return made


def _tune(*configs: Any) -> list[list[Snapshot]]:
    told: list[list[Snapshot]] = [[] for _ in configs]
    callbacks = [Callbacks(on_snapshot=each.append) for each in told]
    tune_many(
        tiny_model(), tiny_tokenizer(), ROWS, configs, validation=ROWS[:3], callbacks=callbacks
    )
    return told


class TestFirstGrades:
    def test_a_prompt_that_runs_share_is_graded_once_and_later_ones_each(
        self, graded: list[Evaluation]
    ) -> None:
        plain, regular = _tune(
            _config(hyperparameters=BRIEF), _config(hyperparameters=BRIEF, regularizer=L2)
        )
        assert len(graded) == 1 + 2
        assert plain[0].validation is regular[0].validation
        assert plain[-1].validation is not regular[-1].validation

    def test_it_is_the_grade_of_the_run_alone(self, graded: list[Evaluation]) -> None:
        _, regular = _tune(
            _config(hyperparameters=BRIEF), _config(hyperparameters=BRIEF, regularizer=L2)
        )
        told: list[Snapshot] = []
        config = _config(hyperparameters=BRIEF, regularizer=L2)
        tune(
            tiny_model(), tiny_tokenizer(), ROWS, config,
            validation=ROWS[:3], on_snapshot=told.append,
        )  # fmt: skip
        assert told[0].validation == regular[0].validation

    @pytest.mark.parametrize(
        "other", [{"seed": 5}, {"evaluation": {"max_new_tokens": 2}}], ids=["prompt", "settings"]
    )
    def test_another_prompt_and_another_way_of_grading_are_graded(
        self, graded: list[Evaluation], other: dict[str, Any]
    ) -> None:
        _tune(_config(hyperparameters=BRIEF), _config(hyperparameters=BRIEF, **other))
        assert len(graded) == 2 + 2
