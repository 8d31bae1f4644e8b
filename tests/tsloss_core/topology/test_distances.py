"""Distances that cancellation does not eat."""

import numpy as np
import pytest
from hypothesis import given
from scipy.spatial.distance import pdist, squareform

from tests.tsloss_core.topology.clouds import CLOUDS, small_clouds
from tsloss_core.topology import distance_matrix


class TestDistanceMatrix:
    @given(small_clouds)
    def test_it_is_that_of_differences(self, points: np.ndarray) -> None:
        truth = squareform(pdist(points)) if len(points) > 1 else np.zeros((1, 1))
        np.testing.assert_allclose(distance_matrix(points), truth, rtol=1e-12, atol=1e-12)

    def test_a_tight_cloud_far_away_keeps_its_distances(self) -> None:
        points = CLOUDS["tight and far from the origin"].astype(np.float32)
        truth = squareform(pdist(points.astype(np.float64)))
        np.testing.assert_allclose(distance_matrix(points), truth, rtol=1e-9)

    @pytest.mark.parametrize("bad", [np.nan, np.inf, 1e200])
    @pytest.mark.parametrize("count", [1, 2, 9])
    def test_what_is_not_finite_is_refused(self, bad: float, count: int) -> None:
        points = np.zeros((count, 3))
        points[-1, 1] = bad
        if count == 1 and bad == 1e200:
            assert distance_matrix(points) == 0.0
            return
        with pytest.raises(ValueError, match="must be finite"):
            distance_matrix(points)

    @pytest.mark.parametrize("dtype", [np.float16, np.int64, np.uint8, np.bool_])
    def test_other_numbers_are_taken_as_they_are(self, dtype: type) -> None:
        points = np.array([[0, 1], [1, 0], [1, 1]], dtype=dtype)
        assert distance_matrix(points).tolist() == distance_matrix(points.astype(float)).tolist()

    def test_a_cloud_that_lies_otherwise_in_memory_is_the_same(self) -> None:
        points = np.random.default_rng(0).normal(size=(7, 300))
        turned = np.asfortranarray(points)[:, ::-1]
        np.testing.assert_allclose(distance_matrix(turned), distance_matrix(points), rtol=1e-14)

    def test_repeated_points_are_at_distance_zero(self) -> None:
        distances = distance_matrix(CLOUDS["repeated points"])
        assert (distances[0, 1], distances[0, 2]) == (0.0, 0.0)

    def test_it_is_symmetric_to_the_bit(self) -> None:
        distances = distance_matrix(CLOUDS["gaussian in 8192 dimensions"])
        assert np.array_equal(distances, distances.T)
