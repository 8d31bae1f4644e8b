"""A null trajectory: the run's optimiser and norms, and directions that know nothing."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tsloss_core.analysis import Drive, null_trajectory
from tsloss_core.spec.hyperparameters import HyperparametersSpec
from tsloss_core.tuning.optimization import PromptOptimizer, learning_rate

SETTINGS = HyperparametersSpec(max_gradient_norm=1.0, weight_decay=0.1)
STEPS = 30
RATES = tuple(learning_rate(SETTINGS, step, STEPS) for step in range(STEPS))
DRIVE = Drive(SETTINGS, (3.0,) * STEPS, RATES)
START = np.random.default_rng(0).normal(size=(6, 5)).astype(np.float32)


def _points(
    number: int = 0, steps: tuple[int, ...] = (0, 10, 30), seed: int = 0
) -> list[np.ndarray]:
    drive = replace(DRIVE, seed=seed)
    return [cloud.points for cloud in null_trajectory(START, drive, steps, number)]


class TestNullTrajectory:
    def test_it_starts_at_the_runs_prompt(self) -> None:
        np.testing.assert_array_equal(_points()[0], START)

    def test_it_has_a_cloud_at_each_step(self) -> None:
        clouds = null_trajectory(START, DRIVE, (0, 10, 30), 0)
        assert [cloud.step for cloud in clouds] == [0, 10, 30]

    def test_its_number_decides_it(self) -> None:
        np.testing.assert_array_equal(_points(1)[2], _points(1)[2])
        assert (_points(1)[2] != _points(2)[2]).any()

    def test_runs_of_two_seeds_share_none(self) -> None:
        np.testing.assert_array_equal(_points(seed=7)[2], _points(seed=7)[2])
        one, other = ([_points(number, seed=seed)[2] for number in range(3)] for seed in (7, 8))
        assert not any((mine == theirs).any() for mine in one for theirs in other)

    def test_it_steps_as_the_tuning_optimiser_does(self) -> None:
        rng = np.random.default_rng([7, 4])
        prompt = torch.tensor(START, requires_grad=True)
        optimizer = PromptOptimizer(prompt, SETTINGS)
        for step in range(10):
            gradient = torch.from_numpy(rng.standard_normal((6, 5), dtype=np.float32))
            # The norm of 3 is clipped to 1.
            optimizer.step(gradient / gradient.norm(), RATES[step])
        expected = prompt.detach().numpy()
        np.testing.assert_allclose(_points(4, (0, 10), seed=7)[1], expected, rtol=1e-6)

    def test_it_may_start_at_a_later_snapshot(self) -> None:
        assert (_points(0, (20, 30))[0] == START).all()
        shorter = np.abs(_points(0, (20, 30))[1] - START).sum()
        assert shorter < np.abs(_points(0, (0, 30))[1] - START).sum()

    def test_a_step_that_was_not_measured_is_refused(self) -> None:
        with pytest.raises(ValueError, match="step 31 is past the 30 steps"):
            list(null_trajectory(START, DRIVE, (0, 31), 0))
