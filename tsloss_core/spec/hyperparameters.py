"""Optimiser, schedule and batch of a tuning run."""

from typing import Annotated, Literal

from pydantic import Field

from tsloss_core.spec.base import Spec

Epochs = Annotated[int, Field(ge=1, le=10_000)]
BatchSize = Annotated[int, Field(ge=1, le=1024)]


class HyperparametersSpec(Spec):
    """AdamW with linear warm-up and linear decay. "auto" is resolved from the number of rows."""

    n_epochs: Literal["auto"] | Epochs = "auto"
    max_steps: int | None = Field(
        None, ge=1, le=1_000_000, description="Ends the run before `n_epochs` are through."
    )
    batch_size: Literal["auto"] | BatchSize = "auto"
    learning_rate: float = Field(5e-3, gt=0, le=10)
    warmup_ratio: float = Field(0.1, ge=0, le=1)
    weight_decay: float = Field(0.01, ge=0, le=10)
    epsilon: float = Field(1e-8, gt=0, le=1)
    gradient_accumulation: int = Field(1, ge=1, le=1024)
    max_tokens_per_pass: int | None = Field(
        None,
        ge=1,
        le=10_000_000,
        description="Cuts a batch into passes of at most so many padded tokens, virtual ones among "
        "them: the same gradient for less memory. A row over it is a pass of its own.",
    )
    max_gradient_norm: float | None = Field(1.0, gt=0, le=1e6)
    precision: Literal["float32", "bf16"] = "float32"
    gradient_checkpointing: bool = Field(
        False, description="Compute activations twice and keep few: less memory, more time."
    )
