"""Gradient checkpointing of a model's layers, beside caches that transformers' own drops."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from torch.utils.checkpoint import checkpoint


@contextmanager
def recomputing(model: Any) -> Iterator[None]:
    """Let each decoder layer called inside keep its input alone and compute the rest again later.

    The backward pass may come after the context has ended. What a layer reads of a cache must not
    change until then.
    """
    from transformers.modeling_layers import GradientCheckpointingLayer

    layers = [
        module for module in model.modules() if isinstance(module, GradientCheckpointingLayer)
    ]
    # A model that is spread over devices has a forward of accelerate's on each layer.
    before = [layer.__dict__.get("forward") for layer in layers]
    for layer in layers:
        layer.forward = partial(checkpoint, layer.forward, use_reentrant=False)
    try:
        yield
    finally:
        for layer, forward in zip(layers, before, strict=True):
            _restore(layer, forward)


def _restore(layer: Any, forward: Any) -> None:
    if forward is None:
        del layer.forward
    else:
        layer.forward = forward
