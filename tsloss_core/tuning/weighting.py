"""The scale of the regulariser at a step."""

from tsloss_core.spec.regularizers import AnyRegularizerSpec, NoRegularizerSpec
from tsloss_core.spec.weighting import (
    BalancedWeighting,
    ConstantWeighting,
    DecayWeighting,
    WarmupWeighting,
    WeightingSpec,
)


def weighting_of(spec: AnyRegularizerSpec) -> WeightingSpec:
    """Return the course of a regulariser's weight; that of `none`, which has none, is constant."""
    return ConstantWeighting() if isinstance(spec, NoRegularizerSpec) else spec.weighting


def weighting_scale(
    spec: WeightingSpec, step: int, total: int, loss_norm: float, regularizer_norm: float
) -> float:
    """Return the factor of the regulariser's weight at `step`, counted from 0, of `total` steps.

    `loss_norm` and `regularizer_norm` are the gradient norms of cross-entropy and of the
    regulariser at its own weight; only `balanced` looks at them, and gives 0 where the
    regulariser has no gradient.
    """
    if isinstance(spec, WarmupWeighting):
        return min(1.0, (step + 1) / max(1.0, spec.ratio * total))
    if isinstance(spec, DecayWeighting):
        return min(1.0, (total - step) / max(1.0, spec.ratio * total))
    if isinstance(spec, BalancedWeighting):
        if regularizer_norm == 0.0:
            return 0.0
        return min(spec.max_scale, spec.target_ratio * loss_norm / regularizer_norm)
    return 1.0


def gradient_ratio(scale: float, loss_norm: float, regularizer_norm: float) -> float:
    """Return the scaled regulariser's gradient norm over cross-entropy's; 0 where that is 0."""
    return scale * regularizer_norm / loss_norm if loss_norm > 0 else 0.0
