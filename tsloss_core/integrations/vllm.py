"""A tuned prompt for a vLLM server that was started with `--enable-prompt-embeds`.

vLLM's completions route takes, as `prompt_embeds`, the base64 text of a tensor saved by
`torch.save`: (tokens, hidden size), float32, float16 or bfloat16. It reads the tensor with
`weights_only=True`, casts it to the server's dtype and applies no chat template.
Source: vLLM's documentation, "Prompt Embedding Inputs".
"""

import base64
import io
from typing import Any

import torch
from torch import Tensor

from tsloss_core.prompts import Conversation, Recipe, apply_prompt


def prompt_embeds(
    model: Any, tokenizer: Any, messages: Conversation, prompt: Tensor, recipe: Recipe
) -> str:
    """Return the `prompt_embeds` of a conversation with the virtual tokens in their place.

    `model` needs its embedding layer alone; the arguments and the errors are those of
    `apply_prompt`. The tensor has the model's dtype.
    """
    embeddings = apply_prompt(model, tokenizer, messages, prompt, recipe)
    saved = io.BytesIO()
    torch.save(embeddings.cpu().contiguous(), saved)
    return base64.b64encode(saved.getvalue()).decode("ascii")
