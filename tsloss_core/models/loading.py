"""Loads a base model that no step will change."""

from dataclasses import dataclass
from typing import Any

import torch


class ModelNotLoadableError(Exception):
    """The base model cannot be loaded. The message is fit for the job's owner."""


@dataclass(frozen=True)
class LoadedBase:
    """A frozen causal model in evaluation mode and its tokenizer."""

    model: Any
    tokenizer: Any
    revision: str | None


DeviceMap = str | dict[str, str | int]


def load_base(
    path: str, revision: str | None = None, dtype: str = "float32", device_map: DeviceMap = "cpu"
) -> LoadedBase:
    """Load a causal model and its tokenizer from a folder or a hub id.

    `device_map` is one device, "auto" to spread the layers over all that are visible, or a device
    per module, as accelerate takes it. The weights come straight to their device in `dtype`: there
    is never a second copy of them. Only safetensors weights are read and no code of the model's
    repository is run. Raises ModelNotLoadableError.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(path, revision=revision)
        model = AutoModelForCausalLM.from_pretrained(
            path,
            revision=revision,
            dtype=getattr(torch, dtype),
            device_map=device_map,
            use_safetensors=True,
            trust_remote_code=False,
        )
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        raise ModelNotLoadableError(f"{type(error).__name__} while loading the model") from error
    return LoadedBase(freeze(model), tokenizer, revision)


def freeze(model: Any) -> Any:
    """Return the model in evaluation mode (dropout off) with no gradient for any weight."""
    return model.eval().requires_grad_(False)
