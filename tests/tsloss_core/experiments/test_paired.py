"""The paired tests against scipy.stats."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from tsloss_core.experiments import paired
from tsloss_core.experiments.paired import paired_t_p, sign_flip, smallest_sign_flip_p

EIGHTHS = st.integers(-80, 80).map(lambda k: k / 8)
# The square of anything smaller is zero.
MEASURABLE = st.floats(-1e3, 1e3).map(lambda x: x if abs(x) > 1e-100 else 0.0)
FEW = st.lists(EIGHTHS, min_size=2, max_size=9)


class TestPairedT:
    @given(arrays(np.float64, st.integers(2, 30), elements=MEASURABLE))
    def test_it_is_scipys(self, differences: np.ndarray) -> None:
        p = paired_t_p(differences.tolist())
        if p is None:
            assert np.ptp(differences) <= 1e-6 * max(np.abs(differences).max(), 1e-300)
        else:
            assert p == pytest.approx(stats.ttest_1samp(differences, 0).pvalue, rel=1e-6, abs=1e-12)

    @pytest.mark.parametrize("differences", [[], [1.0], [0.0, 0.0], [0.1, 0.1, 0.1]])
    def test_where_it_is_not_defined_there_is_none(self, differences: list[float]) -> None:
        assert paired_t_p(differences) is None


class TestSignFlip:
    @settings(deadline=None)
    @given(FEW)
    def test_it_is_scipys(self, differences: list[float]) -> None:
        flip = sign_flip(differences)
        assert flip is not None
        assert flip.exact
        theirs = stats.permutation_test(
            (np.array(differences),), np.sum, permutation_type="samples", n_resamples=np.inf
        )
        # scipy doubles the smaller tail; the distribution of sums is symmetric.
        assert flip.p == pytest.approx(theirs.pvalue)

    @given(FEW, st.randoms(use_true_random=False))
    def test_neither_order_nor_sign_nor_scale_matters(
        self, differences: list[float], random: object
    ) -> None:
        shuffled = list(differences)
        random.shuffle(shuffled)  # type: ignore[attr-defined]
        assert sign_flip([-4 * each for each in shuffled]) == sign_flip(differences)

    @given(FEW)
    def test_p_is_at_least_the_smallest_possible(self, differences: list[float]) -> None:
        flip = sign_flip(differences)
        assert flip is not None
        assert flip.smallest_p <= flip.p <= 1

    def test_pairs_of_one_sign_give_the_smallest(self) -> None:
        flip = sign_flip([0.1, 0.3, 0.2, 0.5])
        assert flip is not None
        assert flip.p == flip.smallest_p == smallest_sign_flip_p(4) == 0.125

    def test_equal_arms_differ_by_nothing(self) -> None:
        flip = sign_flip([0.0] * 10)
        assert flip is not None
        assert flip.p == 1

    def test_a_pair_without_a_difference_says_the_same_under_every_sign(self) -> None:
        flip = sign_flip([0.1, 0.3, 0.0, 0.2, 0.5, 0.0])
        assert flip is not None
        assert (flip.p, flip.smallest_p) == (smallest_sign_flip_p(4), smallest_sign_flip_p(6))

    def test_sums_that_differ_by_rounding_are_equal(self) -> None:
        flip = sign_flip([0.1, 0.2, -0.3])
        assert flip is not None
        assert flip.p == 1

    def test_random_signs_come_close_to_all_of_them(self, monkeypatch: pytest.MonkeyPatch) -> None:
        differences = np.random.default_rng(3).normal(0.5, 1, 12).tolist()
        exact = sign_flip(differences)
        monkeypatch.setattr(paired, "EXACT_UP_TO", 4)
        drawn = sign_flip(differences)
        assert exact is not None
        assert drawn is not None
        assert not drawn.exact
        assert drawn == sign_flip(differences)
        assert drawn.p == pytest.approx(exact.p, abs=0.005)

    @settings(deadline=None)
    @given(st.lists(EIGHTHS, min_size=1, max_size=12))
    def test_every_pattern_counts_once(self, differences: list[float]) -> None:
        flip = sign_flip(differences)
        sums = [np.dot(signs, differences) for signs in product((-1, 1), repeat=len(differences))]
        assert flip is not None
        assert flip.p == np.mean(np.abs(sums) >= abs(sum(differences)))

    def test_many_pairs_are_drawn(self) -> None:
        flip = sign_flip([1.0] * 40)
        assert flip is not None
        assert (flip.exact, flip.p) == (False, flip.smallest_p)

    def test_no_pair_no_test(self) -> None:
        assert sign_flip([]) is None
