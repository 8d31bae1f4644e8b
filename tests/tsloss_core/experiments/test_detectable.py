"""The effects that a design finds, against scipy.stats and by trial."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tsloss_core.experiments import detectable
from tsloss_core.experiments.detectable import detectable_effect, smallest_detectable
from tsloss_core.experiments.paired import sign_flip
from tsloss_core.significance.student import noncentrality_for


class TestSmallestDetectable:
    @given(st.integers(2, 200), st.sampled_from([0.05, 0.01, 0.05 / 26]))
    def test_the_t_test_has_the_wanted_power_there(self, pairs: int, level: float) -> None:
        noncentrality = noncentrality_for(0.8, pairs - 1, level)
        bound = stats.t.ppf(1 - level / 2, pairs - 1)
        assert stats.nct.sf(bound, pairs - 1, noncentrality) == pytest.approx(0.8, abs=1e-4)

    def test_it_grows_with_the_spread_and_not_with_the_mean(self) -> None:
        differences = [0.1, -0.2, 0.05, 0.3, 0.15, -0.1, 0.2]
        size = smallest_detectable(differences, 0.05)
        assert size is not None
        assert smallest_detectable([each + 9 for each in differences], 0.05) == pytest.approx(size)
        assert smallest_detectable([3 * each for each in differences], 0.05) == pytest.approx(
            3 * size
        )

    @pytest.mark.parametrize(
        ("pairs", "level"),
        [
            (8, 0.05),
            (10, 0.05 / 16),
            (12, 0.05 / 16),
            (14, 0.05 / 26),
            (15, 0.05 / 400),
            (19, 0.01),
        ],
    )
    def test_further_experiments_find_it_four_times_of_five(self, pairs: int, level: float) -> None:
        effect = detectable_effect(pairs, level)
        experiments = np.random.default_rng(1).normal(effect, 1, (2000, pairs))
        flips = [sign_flip(each) for each in experiments.tolist()]
        found = [flip is not None and flip.p <= level for flip in flips]
        assert np.mean(found) == pytest.approx(0.8, abs=0.03)

    def test_the_fewest_pairs_need_more_than_the_t_test(self) -> None:
        t_test = noncentrality_for(0.8, 9, 0.05 / 16) / math.sqrt(10)
        assert detectable_effect(10, 0.05 / 16) > 1.2 * t_test

    def test_where_simulation_ends_the_t_test_takes_over_smoothly(self) -> None:
        level = detectable.FEW_PATTERNS / 2**18
        t_test = noncentrality_for(0.8, 18, level) / math.sqrt(19)
        assert detectable_effect(19, level) == pytest.approx(t_test, rel=0.02)

    def test_pairs_that_cannot_reach_the_level_detect_nothing(self) -> None:
        assert smallest_detectable([0.1, -0.2, 0.05, 0.3, 0.15], 0.05) is None

    @pytest.mark.parametrize("differences", [[], [0.3], [0.0] * 9, [0.1] * 9])
    def test_no_spread_no_size(self, differences: list[float]) -> None:
        assert smallest_detectable(differences, 0.05) is None
