"""Flat maps: planar distances are reproduced, and variance is kept."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import pdist, squareform

from tsloss_core.analysis.embedding import classical_mds, principal_components

PLANAR = st.integers(1, 20).flatmap(
    lambda m: arrays(float, (m, 2), elements=st.floats(-100, 100, width=32))
)


class TestClassicalMds:
    @given(PLANAR)
    def test_distances_in_a_plane_are_reproduced(self, points: np.ndarray) -> None:
        distances = squareform(pdist(points))
        found = classical_mds(distances).coordinates
        np.testing.assert_allclose(squareform(pdist(found)), distances, atol=2e-4)

    def test_the_shares_are_all_of_a_plane(self) -> None:
        points = np.random.default_rng(0).normal(size=(10, 2))
        assert classical_mds(squareform(pdist(points))).shares.sum() == pytest.approx(1)

    @pytest.mark.parametrize("m", [1, 2, 5])
    def test_things_in_one_place_stay_there(self, m: int) -> None:
        found = classical_mds(np.zeros((m, m)))
        assert found.coordinates.shape == (m, 2)
        assert not found.coordinates.any()


class TestPrincipalComponents:
    def test_they_are_those_of_the_covariance(self) -> None:
        points = np.random.default_rng(1).normal(size=(30, 6)) * [5, 3, 1, 1, 1, 1]
        found = principal_components(points)
        values = np.linalg.eigvalsh(np.cov(points.T))[::-1]
        np.testing.assert_allclose(found.coordinates.var(axis=0, ddof=1), values[:2])
        np.testing.assert_allclose(found.shares, values[:2] / values.sum())
