"""How a regulariser's weight evolves over the steps of a run."""

from typing import Annotated, Literal

from pydantic import Field

from tsloss_core.spec.base import Alternative


class ConstantWeighting(Alternative):
    """The weight at every step, as in the paper."""

    type: Literal["constant"] = "constant"


class WarmupWeighting(Alternative):
    """Linear from 0 to the weight over the first `ratio` of the steps, then constant."""

    type: Literal["warmup"] = "warmup"
    ratio: float = Field(0.1, gt=0, le=1)


class DecayWeighting(Alternative):
    """Linear from the weight to 0 over the last `ratio` of the steps."""

    type: Literal["decay"] = "decay"
    ratio: float = Field(1.0, gt=0, le=1)


class BalancedWeighting(Alternative):
    """Scaled at each step to a gradient norm of `target_ratio` times cross-entropy's.

    The "adaptive weighting" that the paper leaves to future work.
    """

    type: Literal["balanced"] = "balanced"
    target_ratio: float = Field(0.1, gt=0, le=100)
    max_scale: float = Field(1e6, gt=0, le=1e12, description="Upper bound of the scale.")


WeightingSpec = Annotated[
    ConstantWeighting | WarmupWeighting | DecayWeighting | BalancedWeighting,
    Field(discriminator="type"),
]
