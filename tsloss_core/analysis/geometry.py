"""Norms, cosine structure and displacement of the tokens of a prompt."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[Any]
Numbers = NDArray[np.float64]


def geometry(
    points: Points, previous: Points | None = None, first: Points | None = None
) -> dict[str, float | None]:
    """Return the geometric measures of a prompt of shape (n, d), any float dtype.

    Norms and distances are Euclidean, in units of the embeddings. Cosines are over pairs of
    different tokens, None where there is no pair or a token of length zero. Displacements are the
    distances that tokens moved since `previous` and since `first`, None without one.
    Raises ValueError for clouds of different shapes.
    """
    norms = token_norms(points)
    moved, drifted = displacements(points, previous), displacements(points, first)
    return {
        "mean_norm": float(norms.mean()),
        "min_norm": float(norms.min()),
        "max_norm": float(norms.max()),
        **_cosines(points, norms),
        "mean_displacement": None if moved is None else float(moved.mean()),
        "max_displacement": None if moved is None else float(moved.max()),
        "mean_drift": None if drifted is None else float(drifted.mean()),
    }


def tokens(points: Points, first: Points | None = None) -> dict[str, list[float] | None]:
    """Return norm and drift since `first` of each of the n tokens."""
    drifted = displacements(points, first)
    return {
        "norm": token_norms(points).tolist(),
        "drift": None if drifted is None else drifted.tolist(),
    }


def token_norms(points: Points) -> Numbers:
    """Return the norms of the rows, float64 of shape (n,)."""
    squares: Numbers = np.einsum("id,id->i", points, points, dtype=np.float64)
    return np.sqrt(squares)


def displacements(points: Points, before: Points | None) -> Numbers | None:
    """Return how far each row moved, float64 of shape (n,); None without a cloud before."""
    if before is None:
        return None
    if before.shape != points.shape:
        shapes = f"{before.shape} and {points.shape}"
        raise ValueError(f"the clouds of a trajectory differ in shape: {shapes}")
    return token_norms(np.subtract(points, before, dtype=np.float64))


def _cosines(points: Points, norms: Numbers) -> dict[str, float | None]:
    n = len(points)
    if n < 2 or norms.min() == 0:
        return {"mean_cosine": None, "min_cosine": None, "max_cosine": None}
    units = points / norms[:, None]
    cosines = np.clip(units @ units.T, -1.0, 1.0)[np.triu_indices(n, k=1)]
    return {
        "mean_cosine": float(cosines.mean()),
        "min_cosine": float(cosines.min()),
        "max_cosine": float(cosines.max()),
    }
