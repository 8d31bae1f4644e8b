"""Euclidean distances of a point cloud, exact enough for persistence."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tsloss_core.topology.euclidean import distances_of
from tsloss_core.topology.filtration import is_exact

Matrix = NDArray[np.float64]

ASYMMETRY = 1e-9


def distance_matrix(points: ArrayLike) -> Matrix:
    """Return the Euclidean distances of n points, float64 of shape (n, n).

    They come from the differences of coordinates, formed in float64: from scalar products a tight
    cloud far from the origin would lose half of its distances to cancellation. Repeated points are
    at distance exactly 0. Raises ValueError for anything but a finite (n, d) array, and for one so
    large that its squares are not.
    """
    cloud = np.asarray(points)
    if cloud.ndim != 2:
        raise ValueError(f"points must have shape (n, d), not {cloud.shape}")
    compiled_for = np.float32 if cloud.dtype == np.float32 else np.float64
    distances: Matrix = distances_of(np.ascontiguousarray(cloud, dtype=compiled_for))
    if not np.isfinite(distances).all():
        raise ValueError("points must be finite: found NaN or infinity, or squares too large")
    return distances


def check_distance_matrix(matrix: ArrayLike) -> Matrix:
    """Return a distance matrix as float64. Raises ValueError that names what is wrong with it."""
    distances = np.asarray(matrix, dtype=np.float64)
    if distances.ndim == 2 and is_exact(distances):
        return distances
    if distances.ndim != 2 or distances.shape[0] != distances.shape[1]:
        raise ValueError(f"a distance matrix must be square, not {distances.shape}")
    if not np.isfinite(distances).all():
        raise ValueError("a distance matrix must be finite: found NaN or infinity")
    if distances.size and distances.min() < 0:
        raise ValueError(f"distances cannot be negative: found {distances.min()}")
    if np.abs(np.diagonal(distances)).max(initial=0.0) > 0:
        raise ValueError("the diagonal of a distance matrix must be zero")
    asymmetry = np.abs(distances - distances.T).max(initial=0.0)
    if asymmetry > ASYMMETRY * max(1.0, distances.max(initial=0.0)):
        raise ValueError(f"a distance matrix must be symmetric: off by {asymmetry}")
    return np.maximum(distances, distances.T)
