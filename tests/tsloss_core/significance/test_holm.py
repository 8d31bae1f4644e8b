"""Holm's correction against its definition as a closed test."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsloss_core.significance.holm import holm

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
