"""What the device has free for the activations of a training step."""

import psutil
import torch

from tsloss_core.models import LoadedBase

SHARE = 0.8
"""The rest is for what the estimate does not see: workspaces, fragments, other processes."""


def step_bytes(base: LoadedBase, context_cache_bytes: int) -> int:
    """Return the bytes that a step may take, the cache of contexts set aside."""
    device: torch.device = base.model.get_input_embeddings().weight.device
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
    else:
        free = psutil.virtual_memory().available
    return max(0, int(SHARE * (free - context_cache_bytes)))
