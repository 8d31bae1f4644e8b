"""A null trajectory: the run's optimiser and norms, and directions that know nothing."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.tsloss_core.analysis.clouds import analyses_of, drifting
from tsloss_core.analysis import Drive, PointCloud, null_trajectory
from tsloss_core.analysis.null_trajectory import null_reach
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


class TestNullReach:
    """Constant rate, no decay: the directions alone decide how far a prompt goes.

    So many coordinates that one null goes about as far as another.
    """

    START = np.random.default_rng(0).normal(size=(20, 64)).astype(np.float32)
    PLAIN = HyperparametersSpec(max_gradient_norm=None, weight_decay=0.0)

    def _reach(self, steps: int) -> float:
        """How far nulls go beside a prompt whose gradient never turns."""
        drive = Drive(self.PLAIN, (1.0,) * steps, (1e-3,) * steps)
        nulls = [
            list(null_trajectory(self.START, drive, (0, steps), number)) for number in range(5)
        ]
        prompt = torch.tensor(self.START, requires_grad=True)
        optimizer = PromptOptimizer(prompt, self.PLAIN)
        for _ in range(steps):
            optimizer.step(torch.ones_like(prompt), 1e-3)
        run = [PointCloud(0, self.START), PointCloud(steps, prompt.detach().numpy())]
        found = null_reach(analyses_of(run), [analyses_of(null) for null in nulls])
        assert found is not None
        return found

    def test_nulls_fall_behind_like_the_root_of_the_steps(self) -> None:
        assert self._reach(100) == pytest.approx(0.10, abs=0.01)
        assert self._reach(400) == pytest.approx(0.05, abs=0.005)

    def test_a_null_like_the_run_reaches_as_far(self) -> None:
        analyses = analyses_of(drifting(3))
        assert null_reach(analyses, [analyses]) == 1

    def test_there_is_none_without_nulls_or_without_a_move(self) -> None:
        analyses = analyses_of(drifting(3))
        assert null_reach(analyses, []) is None
        still = analyses_of([PointCloud(0, self.START), PointCloud(1, self.START)])
        assert null_reach(still, [analyses]) is None
