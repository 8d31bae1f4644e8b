"""What the arms of an experiment are tried on, and which of them are compared."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tsloss_core.spec.base import Spec
from tsloss_core.spec.fields import FileId

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]

Metric = Literal["accuracy", "loss", "iterations"]
"""Accuracy and loss (nats per answer token) on the validation rows, on the training rows where a
task has no others; iterations are the steps until the training rows reach `stop_at_accuracy`."""


class Task(Spec):
    """Rows to train on and rows to grade on."""

    name: Name
    training_file: FileId
    validation_file: FileId | None = Field(
        None, description="Without one the training rows are graded, and the report says so."
    )


class Comparison(Spec):
    """Two arms whose runs are paired by model, task and seed."""

    arm: Name
    against: Name
