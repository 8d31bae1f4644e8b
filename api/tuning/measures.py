"""What a tuning run measures, as clients see it. What a measure does not apply to is null."""

from typing import Literal

from pydantic import BaseModel

from api.schemas import Reported


class StepValues(Reported):
    """One optimiser step: losses in nats per answer token, gradient norms before clipping.

    `regularizer` is what was added to cross-entropy; `terms` are its parts before the betas;
    `gradient_ratio` is the regulariser's gradient norm over cross-entropy's; `tokens` counts from
    the start of the job; `seconds` is wall time.
    """

    epoch: int | None = None
    loss: float | None = None
    regularizer: float | None = None
    terms: dict[str, float] | None = None
    gradient_norm: float | None = None
    gradient_ratio: float | None = None
    learning_rate: float | None = None
    tokens: int | None = None
    seconds: float | None = None


class CheckpointMetrics(Reported):
    """How the prompt did at a snapshot, under the names that fine-tuning clients know."""

    step: int
    train_loss: float | None = None
    full_valid_loss: float | None = None
    full_valid_accuracy: float | None = None


class NearestTokenObject(BaseModel):
    """The vocabulary token whose embedding is nearest to a virtual token, and how far it is."""

    token_id: int
    token: str
    distance: float


class TuningOutcome(Reported):
    """The model on the graded rows before and after; `converged_at` is the step, if it did.

    `co_tuned` is how many jobs of an experiment shared the run, this one among them.
    """

    grader: str | None = None
    evaluated_on: Literal["training_file", "validation_file"] | None = None
    rows: int | None = None
    accuracy_before: float | None = None
    accuracy_after: float | None = None
    loss_before: float | None = None
    loss_after: float | None = None
    steps: int | None = None
    converged_at: int | None = None
    co_tuned: int | None = None


class ClientHyperparameters(BaseModel):
    """Three settings of `method.soft_prompt` under the names that fine-tuning clients know."""

    n_epochs: int
    batch_size: int
    learning_rate_multiplier: float = 1.0
