"""The soft prompt as one safetensors file."""

import json

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from tsloss_core.prompts.recipe import Recipe

TENSOR = "prompt_embeddings"


def save_prompt(prompt: Tensor, recipe: Recipe) -> bytes:
    """Return a safetensors file with the prompt, float32 of shape (n, d), and its recipe."""
    tensor = prompt.detach().to("cpu", torch.float32).contiguous()
    data: bytes = save({TENSOR: tensor}, metadata=recipe.to_metadata())
    return data


def load_prompt(data: bytes) -> tuple[Tensor, Recipe]:
    """Read a file of `save_prompt`. Raises ValueError for anything else."""
    try:
        tensor = load(data)[TENSOR]
    except (SafetensorError, KeyError) as error:
        raise ValueError(f"not a soft prompt: {error}") from None
    return tensor, Recipe.from_metadata(_metadata(data))


def _metadata(data: bytes) -> dict[str, str]:
    length = int.from_bytes(data[:8], "little")
    header: dict[str, dict[str, str]] = json.loads(data[8 : 8 + length])
    return header.get("__metadata__", {})
