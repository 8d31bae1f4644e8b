"""The scale of the regulariser at a step."""

from tsloss_core.spec.weighting import (
    BalancedWeighting,
    DecayWeighting,
    WarmupWeighting,
    WeightingSpec,
)


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
