"""TSLoss, equations 1 to 6 of arXiv 2602.16500, in the masked and the literal form.

The paper's sums run over j = i too. Then the soft minimum sees D_ii = 0, so that for small tau L_H0
and its gradient vanish, and delta is near 0, which ends the repulsion. The masked form, the
default, leaves the diagonal out and divides equation 3 by n(n - 1); a single token has zero terms.
"""

import torch
from torch import Tensor

from tsloss_core.regularizers.distances import off_diagonal, pairwise_distances
from tsloss_core.regularizers.protocol import Regularizer, RegularizerOutput
from tsloss_core.spec.regularizers import TSLossParameters


class TSLoss(Regularizer):
    """Is meant to steady a prompt's connectivity (H0 term) and to prune redundant loops (H1 term).

    What it does to the number of loops: docs/mathematics.md.
    """

    def __init__(self, spec: TSLossParameters, scale_free: bool = False) -> None:
        self._spec = spec
        self._scale_free = scale_free

    def __call__(self, prompt: Tensor, step: int = 0) -> RegularizerOutput:
        """Return the terms h0 (equation 2) and h1 (equation 3) of (n, d) or (k, n, d) prompts."""
        spec = self._spec
        distances = pairwise_distances(prompt)
        n = distances.shape[-1]
        pairs = off_diagonal(n, distances)
        if self._scale_free:
            distances = distances / _mean_over(distances, pairs).clamp_min(1e-12)[..., None, None]
        included = torch.ones_like(pairs) if spec.include_self_distances else pairs
        h0 = connectivity_term(distances, included, spec.tau)
        h1 = loop_term(distances, included, spec)
        total = spec.weight * (spec.beta_h0 * h0 + spec.beta_h1 * h1)
        return RegularizerOutput(total, {"h0": h0, "h1": h1})


def connectivity_term(distances: Tensor, included: Tensor, tau: float) -> Tensor:
    """Return L_H0 (2): the variance over i of s_i = -tau log sum_j exp(-D_ij / tau) (1)."""
    if not included.any():
        return distances.sum(dim=(-2, -1)) * 0.0
    exponents = (-distances / tau).masked_fill(~included, -torch.inf)
    nearest = -tau * torch.logsumexp(exponents, dim=-1)
    return nearest.var(dim=-1, correction=0)


def loop_term(distances: Tensor, included: Tensor, spec: TSLossParameters) -> Tensor:
    """Return L_H1 (3): pairs nearer than delta repel, pairs farther than zeta attract."""
    if not included.any():
        return distances.sum(dim=(-2, -1)) * 0.0
    delta = soft_quantile(distances, included, -spec.alpha)[..., None, None]
    zeta = soft_quantile(distances, included, spec.alpha)[..., None, None]
    repulsion = spec.l_repel * (delta - distances).clamp_min(0).square()
    attraction = spec.l_attract * (distances - zeta).clamp_min(0).square()
    return _mean_over(repulsion + attraction, included)


def soft_quantile(distances: Tensor, included: Tensor, sharpness: float) -> Tensor:
    """Return sum softmax(sharpness D)_ij D_ij over the included pairs (4, 5), shape (...)."""
    flat = distances.flatten(-2)
    scores = (sharpness * flat).masked_fill(~included.flatten(), -torch.inf)
    return (torch.softmax(scores, dim=-1) * flat).sum(dim=-1)


def _mean_over(values: Tensor, included: Tensor) -> Tensor:
    count = max(int(included.sum()), 1)
    return values.masked_fill(~included, 0.0).sum(dim=(-2, -1)) / count
