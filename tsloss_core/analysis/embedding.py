"""Flat maps of what lies in many dimensions: classical scaling and principal components."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class FlatMap:
    """Coordinates (m, 2), and the share of all variation that each of the two carries, (2,)."""

    coordinates: Numbers
    shares: Numbers


def classical_mds(distances: ArrayLike) -> FlatMap:
    """Place m things in the plane so that distances are kept as well as an inner product can.

    Classical scaling (Torgerson 1952): the leading eigenvectors of -1/2 J D^2 J with J the
    centring matrix. Distances of points in a plane are reproduced exactly. The signs of the axes
    mean nothing; they are chosen so that the last coordinate is not negative. Shares are of the
    positive eigenvalues, for diagrams' distances are not Euclidean. `distances` is (m, m), m >= 1.
    """
    squares = np.asarray(distances, dtype=np.float64) ** 2
    rows = squares.mean(axis=1)
    products = -0.5 * (squares - rows[:, None] - rows[None, :] + rows.mean())
    return _leading(products)


def principal_components(points: ArrayLike) -> FlatMap:
    """Place points (m, d) in the plane of their largest variance, m >= 1."""
    centred = np.asarray(points, dtype=np.float64)
    centred = centred - centred.mean(axis=0)
    return _leading(centred @ centred.T)


def _leading(products: Numbers) -> FlatMap:
    values, vectors = np.linalg.eigh(products)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    total = float(values.sum())
    kept = min(2, len(values))
    coordinates, shares = np.zeros((len(values), 2)), np.zeros(2)
    coordinates[:, :kept] = vectors[:, :kept] * np.sqrt(values[:kept])
    shares[:kept] = values[:kept] / total if total > 0 else 0.0
    signs = np.where(coordinates[-1] < 0, -1.0, 1.0)
    return FlatMap(coordinates * signs, shares)
