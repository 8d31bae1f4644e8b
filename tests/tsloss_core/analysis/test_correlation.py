"""Rank correlations and group comparisons against scipy and direct computations."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from tsloss_core.analysis.correlation import mann_whitney, partial_spearman, spearman

VALUES = st.lists(st.integers(-6, 6), min_size=6, max_size=30)


@st.composite
def triples(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    m = draw(st.integers(6, 30))
    column = st.lists(st.integers(-6, 6), min_size=m, max_size=m).map(
        lambda values: np.array(values, dtype=float)
    )
    return draw(column), draw(column), draw(column)


class TestSpearman:
    @given(triples())
    def test_it_is_scipys(self, series: tuple[np.ndarray, ...]) -> None:
        x, y, _ = series
        found = spearman(x, y)
        if found is None:
            assert np.ptp(x) == 0 or np.ptp(y) == 0
            return
        expected = stats.spearmanr(x, y)
        assert (found.rho, found.p_value) == pytest.approx((expected.statistic, expected.pvalue))

    def test_five_pairs_are_too_few(self) -> None:
        assert spearman(range(5), range(5)) is None


class TestPartialSpearman:
    @given(triples())
    def test_it_is_the_formula_of_three_correlations(self, series: tuple[np.ndarray, ...]) -> None:
        x, y, t = series
        assume(all(np.ptp(values) > 0 for values in series))
        xy, xt, yt = (stats.spearmanr(a, b).statistic for a, b in ((x, y), (x, t), (y, t)))
        assume(abs(xt) < 0.999 and abs(yt) < 0.999)
        found = partial_spearman(x, y, t)
        expected = (xy - xt * yt) / np.sqrt((1 - xt**2) * (1 - yt**2))
        assert found is not None
        assert found.rho == pytest.approx(expected, abs=1e-9)

    def test_its_p_value_is_right_under_the_null(self) -> None:
        rng = np.random.default_rng(0)
        t = np.arange(40.0)
        found = [partial_spearman(t + 9 * rng.normal(size=40), rng.normal(size=40), t)
                 for _ in range(400)]  # fmt: skip
        small = np.mean([f is not None and f.p_value < 0.1 for f in found])
        assert 0.06 < small < 0.14

    def test_drift_alone_leaves_nothing(self) -> None:
        rng = np.random.default_rng(1)
        t = np.arange(60.0)
        x, y = t + rng.normal(size=60), -t + rng.normal(size=60)
        plain, partial = spearman(x, y), partial_spearman(x, y, t)
        assert plain is not None
        assert partial is not None
        assert plain.rho < -0.98
        assert abs(partial.rho) < 0.35

    def test_a_series_that_is_the_step_has_nothing_left(self) -> None:
        t = np.arange(10.0)
        assert partial_spearman(t**3, np.sin(t), t) is None

    def test_perfect_agreement_given_the_step(self) -> None:
        rng = np.random.default_rng(2)
        x = rng.normal(size=12)
        found = partial_spearman(x, x, np.arange(12))
        assert found is not None
        assert (found.rho, found.p_value) == pytest.approx((1, 0), abs=1e-12)


class TestMannWhitney:
    @given(VALUES, VALUES)
    def test_it_is_scipys(self, high: list[int], low: list[int]) -> None:
        found = mann_whitney(high, low)
        if found is None:
            assert len({*high, *low}) == 1
            return
        expected = stats.mannwhitneyu(high, low, alternative="two-sided")
        assert (found.u, found.p_value) == pytest.approx((expected.statistic, expected.pvalue))

    @given(VALUES, VALUES)
    def test_the_effect_is_the_share_of_wins_less_that_of_losses(
        self, high: list[int], low: list[int]
    ) -> None:
        found = mann_whitney(high, low)
        assume(found is not None)
        assert found is not None
        wins = np.mean([np.sign(a - b) for a in high for b in low])
        assert found.rank_biserial == pytest.approx(wins)

    def test_an_empty_group_has_no_comparison(self) -> None:
        assert mann_whitney([], [1.0, 2.0]) is None
