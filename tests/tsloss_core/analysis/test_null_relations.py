"""What null trajectories reach, on the borders."""

import numpy as np

from tsloss_core.analysis.correlation import partial_spearman
from tsloss_core.analysis.null_relations import relate_nulls

STEPS = np.arange(7.0)


class TestRelateNulls:
    def test_a_null_that_is_equal_but_for_rounding_reaches_the_run(self) -> None:
        """Both have rho^2 = 4225 / 33041 given the step."""
        scores = np.array([0.05, 0.1, 0.075, 0.15, 0.125, 0, 0.025])
        run, null = np.array([1, 2, 2, 1, 1, 2, 1.0]), np.array([1, 2, 1, 2, 1, 1, 2.0])
        partial = partial_spearman(run, scores, STEPS)
        found = relate_nulls(partial, [null] * 19, scores, STEPS)
        assert found is not None
        assert (found["reaching"], found["p_value"]) == (19, 1)
