"""A flat map of a run: every snapshot's tokens in one plane, so that they can be seen to move."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

MAX_SAMPLE = 1024
"""Tokens that the plane is found from: the cost is this cubed, however long the run."""

_ROUNDING = 1e-9
"""An axis that carries less than this share of the first one's spread is rounding alone."""


def token_maps(clouds: Sequence[NDArray[Any]]) -> list[Numbers]:
    """Return the tokens (n, 2) of each cloud (n, d) in the run's plane of largest variance.

    The plane is spanned by the two leading principal components of the tokens of all clouds
    (Pearson 1901), found from at most MAX_SAMPLE of them, evenly spaced, so that all maps share
    their axes and units. The signs of the axes mean nothing; the largest coordinate of each axis is
    positive. Missing axes are zero. Raises ValueError for clouds of different width and for NaN or
    infinity.
    """
    if not clouds:
        return []
    widths = {cloud.shape[1] for cloud in clouds}
    if len(widths) > 1:
        raise ValueError(f"the clouds differ in width: {sorted(widths)}")
    sample = _sample(clouds)
    if not np.isfinite(sample).all():
        raise ValueError("a coordinate is NaN or infinite")
    centre = sample.mean(axis=0)
    axes = _axes(sample - centre)
    return [(np.asarray(cloud, dtype=np.float64) - centre) @ axes for cloud in clouds]


def _sample(clouds: Sequence[NDArray[Any]]) -> Numbers:
    ends = np.cumsum([len(cloud) for cloud in clouds])
    chosen = np.linspace(0, ends[-1] - 1, min(MAX_SAMPLE, int(ends[-1]))).round().astype(int)
    owners = np.searchsorted(ends, chosen, side="right")
    rows = [clouds[owner][index - ends[owner]] for owner, index in zip(owners, chosen, strict=True)]
    return np.asarray(rows, dtype=np.float64)


def _axes(centred: Numbers) -> Numbers:
    """Return two orthonormal directions (d, 2), found by the small side of the matrix."""
    _, vectors = np.linalg.eigh(centred @ centred.T)
    scores = centred.T @ vectors[:, ::-1][:, :2]
    norms = np.linalg.norm(scores, axis=0)
    axes = np.zeros((centred.shape[1], 2))
    kept = norms > max(_ROUNDING * float(norms.max(initial=0.0)), np.finfo(np.float64).tiny)
    axes[:, : len(norms)][:, kept] = scores[:, kept] / norms[kept]
    return axes * _signs(centred @ axes)


def _signs(coordinates: Numbers) -> Numbers:
    largest = np.abs(coordinates).argmax(axis=0)
    return np.where(np.take_along_axis(coordinates, largest[None], axis=0)[0] < 0, -1.0, 1.0)
