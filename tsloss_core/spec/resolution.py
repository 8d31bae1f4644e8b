"""Turns "auto" into the numbers that a run uses, from the number of training rows."""

import math
from typing import TypeVar

from tsloss_core.spec.soft_prompt import SoftPromptSpec

AUTO_BATCH_SIZE = 8
AUTO_STEPS = 200
AUTO_MAX_EPOCHS = 50

SpecT = TypeVar("SpecT", bound=SoftPromptSpec)


def resolve(spec: SpecT, rows: int) -> SpecT:
    """Return `spec` without any "auto": batches of 8, epochs for about 200 steps."""
    settings = spec.hyperparameters
    batch = min(AUTO_BATCH_SIZE, rows) if settings.batch_size == "auto" else settings.batch_size
    per_epoch = steps_per_epoch(rows, batch, settings.gradient_accumulation)
    wanted = min(AUTO_MAX_EPOCHS, math.ceil(AUTO_STEPS / per_epoch))
    epochs = wanted if settings.n_epochs == "auto" else settings.n_epochs
    resolved = settings.model_copy(update={"batch_size": batch, "n_epochs": epochs})
    return spec.model_copy(update={"hyperparameters": resolved})


def steps_per_epoch(rows: int, batch_size: int, gradient_accumulation: int = 1) -> int:
    """Return the number of optimiser steps that see `rows` rows once."""
    return math.ceil(rows / (batch_size * gradient_accumulation))


def planned_steps_per_epoch(spec: SoftPromptSpec, rows: int) -> int:
    """Return the optimiser steps of an epoch of such a run."""
    settings = resolve(spec, rows).hyperparameters
    return steps_per_epoch(rows, int(settings.batch_size), settings.gradient_accumulation)


def planned_steps(spec: SoftPromptSpec, rows: int) -> int:
    """Return the optimiser steps of a run on `rows` rows that nothing ends early."""
    settings = resolve(spec, rows).hyperparameters
    planned = planned_steps_per_epoch(spec, rows) * int(settings.n_epochs)
    return min(planned, settings.max_steps or planned)


def planned_epochs(spec: SoftPromptSpec, rows: int) -> int:
    """Return the whole epochs of a run on `rows` rows that nothing ends early."""
    return planned_steps(spec, rows) // planned_steps_per_epoch(spec, rows)
