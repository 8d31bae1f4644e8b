"""How many loops a cloud has: what docs/mathematics.md says of empty lunes and of chance."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import comb

from tests.tsloss_core.topology.clouds import gaussian
from tsloss_core.topology import distance_matrix, vietoris_rips

CLOUDS = 400


def _loops(distances: np.ndarray) -> int:
    return len(vietoris_rips(distances, precomputed=True)[1].births)


def _random_order(n: int, rng: np.random.Generator) -> np.ndarray:
    """Lengths of edges in an order that knows nothing of any points."""
    upper = np.triu(rng.uniform(1, 2, size=(n, n)), k=1)
    return upper + upper.T


def _empty_lunes(distances: np.ndarray) -> int:
    """How many edges have no point that is nearer to both of their ends than these are apart."""
    return sum(
        not (np.maximum(distances[i], distances[j]) < distances[i, j]).any()
        for i, j in combinations(range(len(distances)), 2)
    )


class TestEmptyLunes:
    """Without ties, every edge with an empty lune outside the spanning tree bears a loop."""

    @settings(max_examples=100, deadline=None)
    @given(st.integers(1, 14), st.integers(1, 5), st.integers(0, 2**32 - 1))
    def test_they_count_the_loops_of_a_cloud(self, n: int, d: int, seed: int) -> None:
        distances = distance_matrix(gaussian(n, d, seed))
        assert _loops(distances) == _empty_lunes(distances) - (n - 1)

    @settings(max_examples=50, deadline=None)
    @given(st.integers(1, 14), st.integers(0, 2**32 - 1))
    def test_they_count_those_of_distances_that_no_points_have(self, n: int, seed: int) -> None:
        distances = _random_order(n, np.random.default_rng(seed))
        assert _loops(distances) == _empty_lunes(distances) - (n - 1)


class TestChance:
    def test_a_random_order_of_edges_has_as_many_as_expected(self) -> None:
        n, rng = 20, np.random.default_rng(0)
        found = [_loops(_random_order(n, rng)) for _ in range(CLOUDS)]
        empty, _ = quad(lambda p: (1 - p**2) ** (n - 2), 0, 1)
        expected = comb(n, 2) * empty - (n - 1)
        assert expected == pytest.approx(19.9, abs=0.05)
        assert np.mean(found) == pytest.approx(expected, abs=3 * np.std(found) / CLOUDS**0.5)

    @pytest.mark.parametrize(
        ("spread", "loops"), [(0.0, 18.8), (0.01, 16.9), (0.03, 8.4), (0.1, 0.4), (0.2, 0.0)]
    )
    def test_norms_that_spread_leave_few(self, spread: float, loops: float) -> None:
        rng, found = np.random.default_rng(0), []
        for _ in range(CLOUDS):
            points = rng.normal(size=(20, 576))
            norms = 1 + spread * rng.normal(size=(20, 1))
            points *= norms / np.linalg.norm(points, axis=1, keepdims=True)
            found.append(_loops(distance_matrix(points)))
        assert np.mean(found) == pytest.approx(loops, abs=0.1)

    def test_equal_distances_have_none(self) -> None:
        assert _loops(1 - np.eye(20)) == 0
