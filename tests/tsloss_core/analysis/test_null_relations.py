"""What null trajectories reach, on the borders."""

import numpy as np
import pytest

from tsloss_core.analysis.correlation import partial_spearman
from tsloss_core.analysis.null_relations import relate_nulls

STEPS = np.arange(7.0)


class TestRelateNulls:
    @pytest.mark.parametrize(
        ("run", "null"),
        [
            ([1, 2, 2, 1, 1, 2, 1], [1, 2, 1, 2, 1, 1, 2]),
            ([3, 2, 2, 3, 3, 3, 2], [1, 2, 1, 2, 1, 2, 1]),
        ],
    )
    def test_a_null_that_is_equal_but_for_rounding_reaches_the_run(
        self, run: list[int], null: list[int]
    ) -> None:
        """In fractions both of a pair have the same rho^2 given the step: 4225/33041, 49/2109."""
        scores = np.array([0.05, 0.1, 0.075, 0.15, 0.125, 0, 0.025])
        partial = partial_spearman(run, scores, STEPS)
        found = relate_nulls(partial, [np.array(null, dtype=float)] * 19, scores, STEPS)
        assert found is not None
        assert (found["reaching"], found["p_value"]) == (19, 1)
