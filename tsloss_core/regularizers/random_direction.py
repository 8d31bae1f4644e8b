"""Control: a push of tsloss's strength in a direction that knows nothing of the prompt."""

import torch
from torch import Tensor

from tsloss_core.precision import at_least_float32
from tsloss_core.regularizers.protocol import Regularizer, RegularizerOutput
from tsloss_core.regularizers.tsloss import TSLoss
from tsloss_core.spec.regularizers import RandomDirectionSpec


class RandomDirection(Regularizer):
    """A random direction, anew at each step, as strong as the gradient of the reference tsloss."""

    def __init__(self, spec: RandomDirectionSpec) -> None:
        self._weight = spec.weight
        self._seed = spec.seed
        self._reference = TSLoss(spec.reference)

    def __call__(self, prompt: Tensor, step: int = 0) -> RegularizerOutput:
        """Return the term random_direction; the same `step` gives the same direction."""
        points = at_least_float32(prompt)
        norm = self._reference_norm(points)
        pushed = (self._direction(points, step) * points).sum(dim=(-2, -1))
        value = norm * pushed
        return RegularizerOutput(self._weight * value, {"random_direction": value})

    def _reference_norm(self, points: Tensor) -> Tensor:
        with torch.enable_grad():
            probe = points.detach().requires_grad_()
            (gradient,) = torch.autograd.grad(self._reference(probe).total.sum(), probe)
        norm: Tensor = gradient.norm(dim=(-2, -1))
        return norm

    def _direction(self, points: Tensor, step: int) -> Tensor:
        generator = torch.Generator().manual_seed(self._seed * 1_000_003 + step)
        direction = torch.randn(points.shape[-2:], generator=generator, dtype=torch.float64)
        unit: Tensor = direction / direction.norm()
        return unit.to(points)
