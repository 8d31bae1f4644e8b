"""What a tuning run may take of the device's memory."""

from collections.abc import Sequence

import psutil
import torch

from tsloss_core.models import LoadedBase
from tsloss_core.tuning import (
    CacheLimits,
    Limits,
    OutOfMemoryError,
    TokenRow,
    TuningConfig,
    bf16_weight_bytes,
    contexts_bytes,
    tokens_that_fit,
)
from worker.errors import JobFailedError

SHARE = 0.8
"""The rest is for what the estimate does not see: workspaces, fragments, other processes."""


def run_limits(
    base: LoadedBase, rows: Sequence[TokenRow], config: TuningConfig, cache: CacheLimits
) -> Limits:
    """Return the limits of a run, what its contexts will take set aside.

    Raises JobFailedError `out_of_memory` with the estimate if not even one row fits.
    """
    wanted = contexts_bytes(base.model.config, rows, config)
    weights = bf16_weight_bytes(base.model) if config.hyperparameters.precision == "bf16" else 0
    step = step_bytes(base, min(wanted, cache.budget_bytes) + weights)
    try:
        tokens_that_fit(base.model.config, rows, config, step)
    except OutOfMemoryError as error:
        raise JobFailedError(error.code, str(error)) from None
    return Limits(cache, step)


def step_bytes(base: LoadedBase, set_aside: int) -> int:
    """Return the bytes that a step may take when `set_aside` is left to others."""
    device: torch.device = base.model.get_input_embeddings().weight.device
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
    else:
        free = psutil.virtual_memory().available
    return max(0, int(SHARE * (free - set_aside)))
