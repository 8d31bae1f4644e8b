"""Precision that sums and regularisers need."""

import torch
from torch import Tensor


def at_least_float32(values: Tensor) -> Tensor:
    """Return bf16 and fp16 values as float32, others as they are."""
    return values if values.dtype in (torch.float32, torch.float64) else values.float()
