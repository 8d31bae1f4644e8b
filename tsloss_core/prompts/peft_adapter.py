"""The soft prompt as a PEFT prompt-tuning adapter, for the prefix placement that PEFT knows."""

import io
import json
import zipfile
from typing import Any

import torch
from safetensors.torch import save
from torch import Tensor

from tsloss_core.prompts.artifact import TENSOR
from tsloss_core.prompts.recipe import Recipe


def export_peft(prompt: Tensor, recipe: Recipe, config: Any) -> bytes:
    """Return a zip of adapter_model.safetensors and adapter_config.json.

    `prompt` is (n, d), `config` the base model's configuration. `PeftModel.from_pretrained` loads
    the unpacked folder. Raises ValueError for a suffix prompt, which PEFT cannot place.
    """
    if recipe.placement != "prefix":
        raise ValueError("PEFT places virtual tokens before the text; this prompt stands after it")
    tensor = prompt.detach().to("cpu", torch.float32).contiguous()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("adapter_model.safetensors", save({TENSOR: tensor}, {"format": "pt"}))
        archive.writestr("adapter_config.json", _adapter_config(tensor, recipe, config))
    return packed.getvalue()


def _adapter_config(prompt: Tensor, recipe: Recipe, config: Any) -> str:
    from peft import PromptTuningConfig, PromptTuningInit, TaskType

    text_config = config.get_text_config(decoder=True)
    adapter = PromptTuningConfig(
        task_type=TaskType.CAUSAL_LM,
        num_virtual_tokens=len(prompt),
        token_dim=prompt.shape[1],
        num_layers=text_config.num_hidden_layers,
        num_attention_heads=text_config.num_attention_heads,
        num_transformer_submodules=1,
        base_model_name_or_path=recipe.base_model,
        revision=recipe.revision,
        prompt_tuning_init=PromptTuningInit.RANDOM,
        inference_mode=True,
    )
    return json.dumps(adapter.to_dict(), indent=2, sort_keys=True, default=str)
