"""Differentiable pairwise distances of virtual tokens."""

import torch
from torch import Tensor

from tsloss_core.precision import at_least_float32


def pairwise_distances(prompt: Tensor) -> Tensor:
    """Return the Euclidean distances of (..., n, d) points, shape (..., n, n), float32 or float64.

    The cloud is centred and the differences are formed before they are squared, so that a tight
    cloud far from the origin keeps its distances. Where two points coincide the gradient is the
    subgradient 0, never NaN.
    """
    points = at_least_float32(prompt)
    centred = points - points.mean(dim=-2, keepdim=True)
    difference = centred.unsqueeze(-2) - centred.unsqueeze(-3)
    distances: Tensor = torch.linalg.vector_norm(difference, dim=-1)
    return distances


def off_diagonal(n: int, like: Tensor) -> Tensor:
    """Return the mask of the pairs i != j, bool of shape (n, n)."""
    return ~torch.eye(n, dtype=torch.bool, device=like.device)
