"""Distances that cancellation does not eat."""

import numpy as np
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

    def test_repeated_points_are_at_distance_zero(self) -> None:
        distances = distance_matrix(CLOUDS["repeated points"])
        assert (distances[0, 1], distances[0, 2]) == (0.0, 0.0)

    def test_it_is_symmetric_to_the_bit(self) -> None:
        distances = distance_matrix(CLOUDS["gaussian in 8192 dimensions"])
        assert np.array_equal(distances, distances.T)
