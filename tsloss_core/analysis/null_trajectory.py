"""The trajectory of a prompt that learns nothing: the control for drift.

Any cloud that an optimiser moves for a while shows structure that goes with the step. A null
trajectory starts at the same prompt, under the same optimiser, rates and decay, along gradients of
the same norms whose directions are random. It does not go as far: random directions average out
in Adam's first moment and then in the sum of the steps, so that its drift grows like the root of
the steps, a steady gradient's like the steps. `null_reach` measures by how much.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from tsloss_core.analysis.trajectory import PointCloud
from tsloss_core.spec.hyperparameters import HyperparametersSpec
from tsloss_core.tuning.optimization import PromptOptimizer


@dataclass(frozen=True)
class Drive:
    """What moved a prompt at each step of its run: gradient norms and learning rates.

    Norms are those before clipping, as `StepMetrics` reports them; both are (steps,), from the
    run's first step on. `seed` is the run's: nulls of runs of other seeds share no directions.
    """

    settings: HyperparametersSpec
    gradient_norms: tuple[float, ...]
    learning_rates: tuple[float, ...]
    seed: int = 0


def null_trajectory(
    start: NDArray[Any], drive: Drive, steps: Sequence[int], number: int
) -> Iterator[PointCloud]:
    """Yield the null prompt at each of the ascending `steps`, float32 of the shape of `start`.

    `number` tells the nulls of one run apart: directions follow from it and the run's seed.
    `start` is (n, d) at the first of the steps, from where the optimiser's moments begin at zero.
    Each gradient is drawn uniformly from the sphere of the norm that the run's gradient had after
    clipping. Raises ValueError for a step past the drive.
    """
    if steps and steps[-1] > len(drive.gradient_norms):
        raise ValueError(f"step {steps[-1]} is past the {len(drive.gradient_norms)} steps measured")
    rng = np.random.default_rng([drive.seed, number])
    prompt = torch.tensor(start, dtype=torch.float32, requires_grad=True)
    optimizer = PromptOptimizer(prompt, drive.settings)
    done = steps[0] if steps else 0
    for step in steps:
        for at in range(done, step):
            norm = _clipped(drive.gradient_norms[at], drive.settings.max_gradient_norm)
            optimizer.step(_random(rng, prompt.shape, norm), drive.learning_rates[at])
        done = step
        yield PointCloud(step, prompt.detach().numpy().copy())


def _random(rng: np.random.Generator, shape: torch.Size, norm: float) -> torch.Tensor:
    gradient = torch.from_numpy(rng.standard_normal(tuple(shape), dtype=np.float32))
    return gradient * (norm / float(gradient.norm()))


def _clipped(norm: float, bound: float | None) -> float:
    return norm if bound is None else min(norm, bound)
