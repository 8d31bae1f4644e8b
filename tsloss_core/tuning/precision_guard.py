"""bf16 autocast is taken only where its gradient points where float32's does."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from tsloss_core.spec import TuningConfig
from tsloss_core.tuning.gradients import OnEvent
from tsloss_core.tuning.limits import CacheLimits
from tsloss_core.tuning.prompted import Answer, PromptedModel
from tsloss_core.tuning.rendering import TokenRow

MIN_COSINE = 0.98
PROBE_ROWS = 8


def choose_model(
    model: Any,
    config: TuningConfig,
    prompt: Tensor,
    rows: Sequence[TokenRow],
    on_event: OnEvent | None = None,
    limits: CacheLimits | None = None,
) -> PromptedModel:
    """Return the model under autocast if that is wanted and sound, else in its own precision.

    Sound: on the first rows the prompt's gradient has a cosine of at least 0.98 with float32's.
    Otherwise `bf16_refused` is told with the cosine.
    """
    recompute = config.hyperparameters.gradient_checkpointing
    plain = PromptedModel(model, config.placement, limits, recompute=recompute)
    if config.hyperparameters.precision != "bf16":
        return plain
    quick = PromptedModel(model, config.placement, limits, bf16=True, recompute=recompute)
    cosine = gradient_cosine(plain, quick, prompt, rows[:PROBE_ROWS])
    accepted = cosine >= MIN_COSINE
    if on_event is not None:
        on_event("bf16_accepted" if accepted else "bf16_refused", {"cosine": cosine})
    return quick if accepted else plain


def gradient_cosine(
    first: PromptedModel, second: PromptedModel, prompt: Tensor, rows: Sequence[TokenRow]
) -> float:
    """Return the cosine between the gradients that two models give the same prompt, (n, d)."""
    leaf = prompt.detach().to(first.device, torch.float32).requires_grad_()
    answers = [Answer(row, row.completion) for row in rows]
    one, other = (
        torch.autograd.grad(model.losses(leaf, answers).sum(), leaf)[0].flatten()
        for model in (first, second)
    )
    return float(cosine_similarity(one, other, dim=0))
