"""The distances of a cloud from the differences of its coordinates, compiled by numba."""

import numpy as np
from numba import njit

CHUNK = 128
"""Coordinates that are taken at a time: those of a hundred points stay near the processor."""


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"}, error_model="numpy")
def distances_of(points):
    """Return the distances (n, n) float64 of (n, d) floats; the diagonal of a finite cloud is 0.

    A point with NaN or infinity, or whose differences square to infinity, has such a distance, on
    the diagonal at least.
    """
    n, width = points.shape
    # Three rows and columns more than there are points, so that four go together everywhere.
    squares = np.zeros((n + 3, n + 3))
    chunk = np.zeros((n + 3, CHUNK))
    for start in range(0, width, CHUNK):
        taken = min(width - start, CHUNK)
        for i in range(n):
            for k in range(taken):
                chunk[i, k] = points[i, start + k]
        for i in range(n):
            for j in range(0, i + 1, 4):
                s0 = s1 = s2 = s3 = 0.0
                for k in range(taken):
                    here = chunk[i, k]
                    d0, d1 = here - chunk[j, k], here - chunk[j + 1, k]
                    d2, d3 = here - chunk[j + 2, k], here - chunk[j + 3, k]
                    s0 += d0 * d0
                    s1 += d1 * d1
                    s2 += d2 * d2
                    s3 += d3 * d3
                squares[i, j] += s0
                squares[i, j + 1] += s1
                squares[i, j + 2] += s2
                squares[i, j + 3] += s3
    distances = np.empty((n, n))
    for i in range(n):
        for j in range(i + 1):
            distances[i, j] = distances[j, i] = np.sqrt(squares[i, j])
    return distances
