"""Holm's correction against its definition as a closed test."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsloss_core.significance.holm import fewest_to_test, holm

P = st.floats(0, 1)


def _closed(p_values: list[float], i: int) -> float:
    """The largest Bonferroni p of all sets with the i-th hypothesis (Marcus et al. 1976)."""
    others = [k for k in range(len(p_values)) if k != i]
    sets = [
        [i, *chosen] for size in range(len(others) + 1) for chosen in combinations(others, size)
    ]
    return max(min(1.0, len(each) * min(p_values[k] for k in each)) for each in sets)


class TestHolm:
    @given(st.lists(P, max_size=6))
    def test_it_is_the_closure_of_bonferroni(self, p_values: list[float]) -> None:
        expected = [_closed(p_values, i) for i in range(len(p_values))]
        assert holm(p_values) == pytest.approx(expected)

    def test_what_was_not_tested_does_not_count(self) -> None:
        assert holm([None, 0.02, None, 0.5]) == [None, 0.04, None, 0.5]


class TestFewestToTest:
    @pytest.mark.parametrize(
        ("counts", "fewest"), [([5], 6), ([6], 6), ([6, 7], 7), ([7] * 4 + [6], 8), ([], 1)]
    )
    def test_a_test_is_done_if_it_can_be_significant_beside_those_with_as_many(
        self, counts: list[int], fewest: int
    ) -> None:
        assert fewest_to_test(counts, lambda pairs: 2.0 / 2**pairs) == fewest
