"""What a run will do, told from its settings and rows alone."""

from typing import Any

import pytest

from tsloss_core.spec import SoftPromptSpec, planned_snapshots, planned_steps


def _spec(snapshots: dict[str, Any], **hyperparameters: Any) -> SoftPromptSpec:
    """Epochs of three steps on six rows."""
    settings = {"batch_size": 2, "n_epochs": 4, **hyperparameters}
    return SoftPromptSpec.model_validate({"snapshots": snapshots, "hyperparameters": settings})


class TestPlannedSteps:
    def test_those_of_every_epoch(self) -> None:
        assert planned_steps(_spec({}), 6) == 12

    def test_no_more_than_max_steps(self) -> None:
        assert planned_steps(_spec({}, max_steps=7), 6) == 7


class TestPlannedSnapshots:
    @pytest.mark.parametrize(
        ("snapshots", "max_steps", "steps"),
        [
            ({}, None, [3, 6, 9, 12]),
            ({"every_epochs": 2}, None, [6, 12]),
            ({"every_epochs": None}, None, [12]),
            ({"every_epochs": None, "every_steps": 5}, None, [5, 10, 12]),
            ({"every_steps": 2}, None, [2, 3, 4, 6, 8, 9, 10, 12]),
            ({"every_steps": 1}, None, list(range(1, 13))),
            ({"every_epochs": 3}, 7, [7]),
        ],
    )
    def test_each_step_counts_once(
        self, snapshots: dict[str, Any], max_steps: int | None, steps: list[int]
    ) -> None:
        assert planned_snapshots(_spec(snapshots, max_steps=max_steps), 6) == len(steps)
