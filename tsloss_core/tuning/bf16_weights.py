"""A frozen model whose matrices lie ready in bf16, for autocast."""

import copy
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from transformers.pytorch_utils import Conv1D

MATRICES = (nn.Linear, Conv1D)
"""The layers whose weights autocast rounds to bf16; Conv1D is GPT-2's linear layer."""


def with_bf16_weights(model: Any) -> Any:
    """Return a model that holds the float32 weights of its linear layers in bf16.

    It shares everything else with `model`, which stays as it is. Autocast keeps the rounded copies
    of weights that are trained and makes those of frozen ones anew at every call; with these, what
    is computed under autocast is the same to the bit. A model spread over devices is returned as it
    is: its layers know each other by hooks.
    """
    if _is_spread(model):
        return model
    shared = {id(each): each for each in (*model.parameters(), *model.buffers())}
    quick = copy.deepcopy(model, shared)
    for module, name, weight in list(_float32_weights(quick)):
        rounded = nn.Parameter(weight.detach().to(torch.bfloat16), requires_grad=False)
        setattr(module, name, rounded)
    return quick


def bf16_weight_bytes(model: Any) -> int:
    """Return the bytes that the weights in bf16 take besides the model."""
    if _is_spread(model):
        return 0
    return sum(2 * weight.numel() for _, _, weight in _float32_weights(model))


def _float32_weights(model: Any) -> Iterator[tuple[nn.Module, str, Tensor]]:
    for module in model.modules():
        if isinstance(module, MATRICES):
            for name, weight in module.named_parameters(recurse=False):
                if weight.dtype == torch.float32:
                    yield module, name, weight


def _is_spread(model: Any) -> bool:
    return len(set(getattr(model, "hf_device_map", {}).values())) > 1
