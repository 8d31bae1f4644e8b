"""Euclidean distances of a point cloud, exact enough for persistence."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tsloss_core.topology.reduction import is_exact

Matrix = NDArray[np.float64]

ASYMMETRY = 1e-9


def distance_matrix(points: ArrayLike) -> Matrix:
    """Return the Euclidean distances of n points, float64 of shape (n, n).

    The cloud is moved so that its first point is the origin, and the differences are formed in
    float64: in float32 a tight cloud far from the origin loses half of its distances to
    cancellation. Repeated points are at distance exactly 0. Raises ValueError for anything but a
    finite (n, d) array, and for one so large that its squares are not.
    """
    cloud = np.asarray(points)
    if cloud.dtype.kind not in "fiub":
        cloud = cloud.astype(np.float64)
    if cloud.ndim != 2:
        raise ValueError(f"points must have shape (n, d), not {cloud.shape}")
    if not len(cloud):
        return np.zeros((0, 0))
    with np.errstate(invalid="ignore", over="ignore"):
        moved = np.subtract(cloud, cloud[0].astype(np.float64), dtype=np.float64)
        products = moved @ moved.T
    # A sum over products of one NaN or infinity is neither.
    if not np.isfinite(products).all():
        raise ValueError("points must be finite: found NaN or infinity, or squares too large")
    squares = products.diagonal()
    gram = squares[:, None] + squares[None, :] - 2.0 * products
    return _refine(moved, np.sqrt(np.maximum(gram, 0.0)), squares)


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


def _refine(moved: Matrix, distances: Matrix, squares: Matrix) -> Matrix:
    """Recompute from differences every distance that is small against the norms of its points."""
    scale = np.sqrt(squares[:, None] + squares[None, :])
    rows, columns = np.nonzero(np.triu(distances < 1e-2 * scale, k=1))
    for start in range(0, len(rows), 4096):
        i, j = rows[start : start + 4096], columns[start : start + 4096]
        exact = np.linalg.norm(moved[i] - moved[j], axis=1)
        distances[i, j] = distances[j, i] = exact
    np.fill_diagonal(distances, 0.0)
    return np.maximum(distances, distances.T)
