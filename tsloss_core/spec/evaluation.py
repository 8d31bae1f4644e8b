"""When and how a prompt is graded."""

from typing import Literal

from pydantic import Field

from tsloss_core.spec.base import Spec


class EvaluationSpec(Spec):
    """`auto` grades by choices where every row has them, by number where every answer is one."""

    grader: Literal["auto", "exact_match", "numeric", "multiple_choice"] = "auto"
    every_epochs: int | None = Field(
        None,
        ge=1,
        le=10_000,
        description="Grades the prompt on the validation rows after so many epochs each and keeps "
        "it as a snapshot; if null, grades every snapshot that ends an epoch.",
    )
    stop_at_accuracy: float | None = Field(
        None, gt=0, le=1, description="Ends the run once the training rows reach this accuracy."
    )
    max_new_tokens: int = Field(64, ge=1, le=4096, description="Longest answer that is decoded.")


class SnapshotsSpec(Spec):
    """When the prompt alone is kept. The first, the last and graded prompts always are."""

    every_epochs: int | None = Field(1, ge=1, le=10_000)
    every_steps: int | None = Field(None, ge=1, le=1_000_000)
