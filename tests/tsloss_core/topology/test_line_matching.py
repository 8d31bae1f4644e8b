"""Distances of bars that are born at once, against hera's and against all matchings."""

import math
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tsloss_core.topology.gudhi_bridge import hera_bottleneck, hera_wasserstein
from tsloss_core.topology.line_matching import line_bottleneck, line_wasserstein

Lifetimes = NDArray[np.float64]

# Equal and nearly equal lifetimes on purpose: ties are where a matching can go wrong.
lifetimes = st.lists(
    st.one_of(st.sampled_from([0.5, 1.0, 2.0, 8.0]), st.floats(0.01, 10)), max_size=30
).map(lambda drawn: np.array(sorted(drawn, reverse=True)))


def _bars(lengths: Lifetimes) -> Lifetimes:
    return np.stack([np.full(len(lengths), 0.25), 0.25 + lengths], axis=1)


def _matchings(first: Lifetimes, second: Lifetimes) -> list[list[float]]:
    """The moves of every matching, by sup norm."""
    found = []
    for size in range(min(len(first), len(second)) + 1):
        for ours in combinations(range(len(first)), size):
            for theirs in permutations(range(len(second)), size):
                moves = [abs(first[i] - second[j]) for i, j in zip(ours, theirs, strict=True)]
                moves += [first[i] / 2 for i in range(len(first)) if i not in ours]
                moves += [second[j] / 2 for j in range(len(second)) if j not in theirs]
                found.append(moves)
    return found


class TestLineBottleneck:
    @settings(deadline=None)
    @given(lifetimes, lifetimes)
    def test_it_is_heras(self, first: Lifetimes, second: Lifetimes) -> None:
        expected = hera_bottleneck(_bars(first), _bars(second))
        assert line_bottleneck(first, second) == pytest.approx(expected, rel=1e-9, abs=1e-9)

    @settings(deadline=None, max_examples=40)
    @given(lifetimes.map(lambda a: a[:4]), lifetimes.map(lambda a: a[:4]))
    def test_no_matching_is_better(self, first: Lifetimes, second: Lifetimes) -> None:
        least = min(max(moves, default=0.0) for moves in _matchings(first, second))
        assert line_bottleneck(first, second) == least


class TestLineWasserstein:
    @settings(deadline=None)
    @given(lifetimes, lifetimes, st.sampled_from([1.0, 2.0]))
    def test_it_is_heras_within_heras_error(
        self, first: Lifetimes, second: Lifetimes, order: float
    ) -> None:
        ours = line_wasserstein(first, second, order, 0.5) ** (1 / order)
        hera = hera_wasserstein(_bars(first), _bars(second), order, "sup")
        assert ours == pytest.approx(hera, rel=2e-4, abs=1e-9)
        assert ours <= hera * (1 + 1e-9) + 1e-9

    @settings(deadline=None, max_examples=40)
    @given(lifetimes.map(lambda a: a[:4]), lifetimes.map(lambda a: a[:4]))
    def test_no_matching_is_better(self, first: Lifetimes, second: Lifetimes) -> None:
        least = min(math.fsum(moves) for moves in _matchings(first, second))
        assert line_wasserstein(first, second, 1.0, 0.5) == pytest.approx(least, abs=1e-12)

    def test_a_short_partner_may_be_better_than_the_next(self) -> None:
        first, second = np.array([10.0, 1.0]), np.array([1.0])
        assert line_wasserstein(first, second, 1.0, 0.5) == 5.0
