"""When prompts are kept and graded, and how many of them that makes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsloss_core.spec import (
    SoftPromptSpec,
    is_graded,
    is_kept,
    planned_gradings,
    planned_snapshots,
)

PERIODS = st.none() | st.integers(1, 7)


def _spec(
    snapshots: dict[str, Any], graded: int | None = None, **hyperparameters: Any
) -> SoftPromptSpec:
    """Four epochs of three steps on six rows."""
    return SoftPromptSpec.model_validate(
        {
            "snapshots": snapshots,
            "evaluation": {"every_epochs": graded},
            "hyperparameters": {"batch_size": 2, "n_epochs": 4, **hyperparameters},
        }
    )


class TestIsGraded:
    @pytest.mark.parametrize(
        ("snapshots", "graded", "steps"),
        [
            ({}, None, [3, 6, 9, 12]),
            ({"every_epochs": 2}, None, [6, 12]),
            ({"every_epochs": 2}, 3, [9]),
            ({"every_epochs": 4, "every_steps": 2}, None, [6, 12]),
            ({"every_epochs": None}, None, []),
            ({"every_epochs": None}, 2, [6, 12]),
        ],
    )
    def test_at_the_ends_of_epochs_by_its_own_period_or_with_the_snapshots(
        self, snapshots: dict[str, Any], graded: int | None, steps: list[int]
    ) -> None:
        spec = _spec(snapshots, graded)
        assert [step for step in range(1, 13) if is_graded(spec, step, 3)] == steps
        assert planned_gradings(spec, 6) == len(steps)


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
        spec = _spec(snapshots, max_steps=max_steps)
        assert planned_snapshots(spec, 6, graded=False) == len(steps)

    def test_a_prompt_that_is_graded_is_kept_where_there_are_rows_to_grade_it_on(self) -> None:
        spec = _spec({"every_epochs": 4}, graded=1)
        assert planned_snapshots(spec, 6, graded=True) == 4
        assert planned_snapshots(spec, 6, graded=False) == 1

    @given(PERIODS, PERIODS, PERIODS, st.integers(1, 12))
    def test_they_are_those_of_a_run(
        self, epochs: int | None, steps: int | None, graded: int | None, most: int
    ) -> None:
        snapshots = {"every_epochs": epochs, "every_steps": steps}
        spec = _spec(snapshots, graded, max_steps=most)
        gradings = [step for step in range(1, most + 1) if is_graded(spec, step, 3)]
        kept = {step for step in range(1, most + 1) if is_kept(spec, step, 3)}
        assert planned_gradings(spec, 6) == len(gradings)
        assert planned_snapshots(spec, 6, graded=False) == len(kept | {most})
        assert planned_snapshots(spec, 6, graded=True) == len({*kept, *gradings, most})
