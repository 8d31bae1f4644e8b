"""The plain values that a run reports."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from tsloss_core.prompts import NearestToken
from tsloss_core.tuning.state import TuningState


@dataclass(frozen=True)
class StepMetrics:
    """One optimiser step: losses in nats per answer token, norms before clipping, wall seconds.

    `regularizer` is what was added to cross-entropy, weight and weighting included; `terms` are its
    parts before the betas. `gradient_ratio` is the regulariser's gradient norm over
    cross-entropy's: one of 1e-6 does nothing.
    """

    step: int
    of: int
    epoch: int
    loss: float
    regularizer: float
    terms: dict[str, float]
    gradient_norm: float
    gradient_ratio: float
    learning_rate: float
    tokens: int
    seconds: float


@dataclass(frozen=True)
class Prediction:
    """What the model answered to a row."""

    line: int
    expected: str
    predicted: str
    correct: bool


@dataclass(frozen=True)
class Evaluation:
    """How a prompt does on rows: nats per answer token, and the share answered correctly."""

    loss: float
    accuracy: float
    grader: str
    predictions: tuple[Prediction, ...]


@dataclass(frozen=True)
class Snapshot:
    """The prompt alone at a step, float32 of shape (n, d); step 0 is the initial one."""

    step: int
    epoch: int
    prompt: NDArray[np.float32]
    validation: Evaluation | None
    training_loss: float | None
    nearest_tokens: list[NearestToken]


@dataclass(frozen=True)
class TuningResult:
    """Where a run ended. `stopped` is None at the planned end, else the reason."""

    prompt: Tensor
    history: list[StepMetrics]
    stopped: str | None
    state: TuningState
    converged_at: int | None
