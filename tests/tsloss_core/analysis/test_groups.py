"""Good snapshots against the others, alone and given the step."""

import numpy as np
import pytest

from tsloss_core.analysis.groups import compare_groups

STEPS = np.arange(40.0)
NOISE = np.random.default_rng(5).normal(size=(2, 40))


class TestCompareGroups:
    def test_an_effect_of_drift_is_gone_given_the_step(self) -> None:
        found = compare_groups(STEPS + NOISE[0], STEPS + NOISE[1], STEPS)
        assert found is not None
        assert found["rank_biserial"] > 0.95
        assert found["interval"]["low"] > 0
        given = found["given_step"]
        assert abs(given["rank_biserial"]) < 0.4
        assert given["interval"]["low"] < 0 < given["interval"]["high"]

    def test_an_effect_beyond_drift_is_left_given_the_step(self) -> None:
        drift = STEPS / 20 + NOISE[0]
        found = compare_groups(drift + 0.1 * NOISE[1], drift, STEPS)
        assert found is not None
        assert found["given_step"]["rank_biserial"] > 0.9
        assert found["given_step"]["interval"]["low"] > 0

    def test_the_effect_lies_in_its_interval(self) -> None:
        found = compare_groups(NOISE[0], NOISE[0] + NOISE[1], STEPS)
        assert found is not None
        assert found["interval"]["low"] < found["rank_biserial"] < found["interval"]["high"]
        assert (found["above_median"], found["others"]) == (20, 20)

    def test_a_measure_that_is_the_step_has_nothing_left(self) -> None:
        found = compare_groups(STEPS, NOISE[0], STEPS)
        assert found is not None
        assert found["given_step"] is None

    @pytest.mark.parametrize("flat", [0, 1])
    def test_a_constant_series_has_no_groups(self, flat: int) -> None:
        series = [NOISE[0], NOISE[1]]
        series[flat] = np.ones(40)
        assert compare_groups(*series, STEPS) is None

    def test_residuals_that_are_equal_but_for_rounding_stay_tied(self) -> None:
        """Two of them are the median, 0.4: in fractions the effect is -2/9."""
        values = np.array([1, 1, 0, 3, 1, 0, 3, 0, 3.0])
        scores = np.array([0.075, 0.05, 0, 0.025, 0, 0.05, 0, 0, 0])
        found = compare_groups(values, scores, np.arange(0.0, 90.0, 10.0))
        assert found is not None
        assert found["given_step"]["rank_biserial"] == pytest.approx(-2 / 9)
