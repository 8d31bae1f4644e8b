"""What a run will do, told from its settings and rows alone."""

from typing import Any

from tsloss_core.spec import SoftPromptSpec, planned_steps


def _spec(**hyperparameters: Any) -> SoftPromptSpec:
    """Epochs of three steps on six rows."""
    settings = {"batch_size": 2, "n_epochs": 4, **hyperparameters}
    return SoftPromptSpec.model_validate({"hyperparameters": settings})


class TestPlannedSteps:
    def test_those_of_every_epoch(self) -> None:
        assert planned_steps(_spec(), 6) == 12

    def test_no_more_than_max_steps(self) -> None:
        assert planned_steps(_spec(max_steps=7), 6) == 7
