"""A flat map of a run: every snapshot's tokens in one plane, so that they can be seen to move."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tsloss_core.analysis.trajectory import PointCloud

Numbers = NDArray[np.float64]

MAX_SAMPLE = 1024
"""Tokens that the plane is found from: the cost is this cubed, however long the run."""

_ROUNDING = 1e-9
"""An axis that carries less than this share of the first one's spread is rounding alone."""


def token_maps(clouds: Sequence[PointCloud]) -> dict[int, Numbers]:
    """Return, by its step, the tokens (n, 2) of each cloud in the run's plane of largest variance.

    The plane is spanned by the two leading principal components of the tokens of all clouds
    (Pearson 1901), found from at most MAX_SAMPLE of them, evenly spaced, so that all maps share
    their axes and units. The signs of the axes mean nothing; the largest coordinate of each axis is
    positive. Missing axes are zero. `clouds` may read each as it is asked for: the first is for its
    shape, then each that has tokens in the sample, then each; none is kept. Raises ValueError for
    clouds of different shapes and for NaN or infinity.
    """
    if not clouds:
        return {}
    shape = clouds[0].points.shape
    sample = _sample(clouds, shape)
    if not np.isfinite(sample).all():
        raise ValueError("a coordinate is NaN or infinite")
    centre = sample.mean(axis=0)
    axes = _axes(sample - centre)
    return {cloud.step: (_points(cloud, shape) - centre) @ axes for cloud in clouds}


def _sample(clouds: Sequence[PointCloud], shape: tuple[int, ...]) -> Numbers:
    tokens = len(clouds) * shape[0]
    chosen = np.linspace(0, tokens - 1, min(MAX_SAMPLE, tokens)).round().astype(int)
    owners, rows = np.divmod(chosen, shape[0])
    parts = [_points(clouds[at], shape)[rows[owners == at]] for at in np.unique(owners).tolist()]
    return np.concatenate(parts)


def _points(cloud: PointCloud, shape: tuple[int, ...]) -> Numbers:
    if cloud.points.shape != shape:
        shapes = f"{shape} and {cloud.points.shape}"
        raise ValueError(f"the clouds of a trajectory differ in shape: {shapes}")
    return np.asarray(cloud.points, dtype=np.float64)


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
