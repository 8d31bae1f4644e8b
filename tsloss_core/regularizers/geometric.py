"""The paper's geometric baselines, which it names without formulas, and cross-entropy alone."""

from torch import Tensor

from tsloss_core.precision import at_least_float32
from tsloss_core.regularizers.distances import off_diagonal, pairwise_distances
from tsloss_core.regularizers.protocol import Regularizer, RegularizerOutput
from tsloss_core.spec.regularizers import EquidistanceSpec, L2Spec, PairwiseSpec


class L2(Regularizer):
    """Mean squared norm of the virtual tokens."""

    def __init__(self, spec: L2Spec) -> None:
        self._weight = spec.weight

    def __call__(self, prompt: Tensor, step: int = 0) -> RegularizerOutput:
        """Return the term l2 of (n, d) or (k, n, d) prompts."""
        value = at_least_float32(prompt).square().sum(dim=-1).mean(dim=-1)
        return RegularizerOutput(self._weight * value, {"l2": value})


class Pairwise(Regularizer):
    """Mean off-diagonal squared distance; zero for a single token."""

    def __init__(self, spec: PairwiseSpec) -> None:
        self._weight = spec.weight

    def __call__(self, prompt: Tensor, step: int = 0) -> RegularizerOutput:
        """Return the term pairwise of (n, d) or (k, n, d) prompts."""
        n = prompt.shape[-2]
        squares = pairwise_distances(prompt).square()
        value = squares.sum(dim=(-2, -1)) / max(n * (n - 1), 1)
        return RegularizerOutput(self._weight * value, {"pairwise": value})


class Equidistance(Regularizer):
    """Control: Var(D) / mean(D)^2 over i != j, which knows no topology; zero where all D agree."""

    def __init__(self, spec: EquidistanceSpec) -> None:
        self._weight = spec.weight

    def __call__(self, prompt: Tensor, step: int = 0) -> RegularizerOutput:
        """Return the term equidistance of (n, d) or (k, n, d) prompts."""
        n = prompt.shape[-2]
        pairs = max(n * (n - 1), 1)
        distances = pairwise_distances(prompt)
        mean = distances.sum(dim=(-2, -1)) / pairs
        # Not the mean square less the squared mean: of nearly equal distances rounding is left.
        unequal = (distances - mean[..., None, None]) * off_diagonal(n, distances)
        value = unequal.square().sum(dim=(-2, -1)) / pairs / mean.square().clamp_min(1e-24)
        return RegularizerOutput(self._weight * value, {"equidistance": value})


class NoRegularizer(Regularizer):
    """Zero, without terms."""

    def __call__(self, prompt: Tensor, step: int = 0) -> RegularizerOutput:
        """Return zero for (n, d) or (k, n, d) prompts."""
        return RegularizerOutput(at_least_float32(prompt).sum(dim=(-2, -1)) * 0.0, {})
