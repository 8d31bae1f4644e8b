"""What is kept of null trajectories, and how far they go beside the run."""

import numpy as np
import pytest
import torch

from tests.tsloss_core.analysis.clouds import analyses_of, drifting
from tsloss_core.analysis import Drive, PointCloud, evolve, null_trajectory
from tsloss_core.analysis.null_summary import null_reach, summarize_null
from tsloss_core.analysis.performance import measure_series
from tsloss_core.spec.hyperparameters import HyperparametersSpec
from tsloss_core.tuning.optimization import PromptOptimizer


class TestSummarizeNull:
    def test_it_keeps_the_measures_the_settling_and_the_drift(self) -> None:
        analyses = analyses_of(drifting(12))
        found = summarize_null(analyses)
        for name, values in measure_series(analyses).items():
            np.testing.assert_array_equal(found.series[name], values)
        assert found.settling == evolve(analyses).settling
        assert found.drift == analyses[-1].measures["geometry"]["mean_drift"]


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
        found = null_reach(analyses_of(run), [summarize_null(analyses_of(null)) for null in nulls])
        assert found is not None
        return found

    def test_nulls_fall_behind_like_the_root_of_the_steps(self) -> None:
        assert self._reach(100) == pytest.approx(0.10, abs=0.01)
        assert self._reach(400) == pytest.approx(0.05, abs=0.005)

    def test_a_null_like_the_run_reaches_as_far(self) -> None:
        analyses = analyses_of(drifting(3))
        assert null_reach(analyses, [summarize_null(analyses)]) == 1

    def test_there_is_none_without_nulls_or_without_a_move(self) -> None:
        analyses = analyses_of(drifting(3))
        assert null_reach(analyses, []) is None
        still = analyses_of([PointCloud(0, self.START), PointCloud(1, self.START)])
        assert null_reach(still, [summarize_null(analyses)]) is None
