"""Puts a stored prompt into a conversation: what plain transformers generate from."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import torch
from torch import Tensor

from tsloss_core.prompts.conversation import split_conversation
from tsloss_core.prompts.initialization import embed
from tsloss_core.prompts.recipe import Recipe, template_hash
from tsloss_core.spec import Message

Conversation = str | Sequence[Message | Mapping[str, str]]
"""What the user says, or a whole conversation that ends with the user's message."""


def apply_prompt(
    model: Any,
    tokenizer: Any,
    messages: Conversation,
    prompt: Tensor,
    recipe: Recipe,
    *,
    clock: datetime | None = None,
) -> Tensor:
    """Return the embeddings of a conversation with the virtual tokens in their place.

    The result is (tokens, d), on the model's device and in its dtype, and ends where the answer
    begins; training and evaluation saw the same. `prompt` (n, d) and `recipe` come from
    `load_prompt`; `clock` is for templates that ask for the time. Raises ValueError for a
    conversation that does not end with the user's message, or a model or template that the prompt
    was not tuned for.
    """
    _check_fit(model, tokenizer, prompt, recipe)
    context, rest = split_conversation(tokenizer, _checked(messages), clock or datetime.now(UTC))
    before, after = (embed(model, torch.tensor(ids, dtype=torch.long)) for ids in (context, rest))
    virtual = prompt.detach().to(before)
    prefixed = recipe.placement == "prefix"
    parts = (virtual, before, after) if prefixed else (before, virtual, after)
    return torch.cat(parts).to(model.get_input_embeddings().weight)


def _checked(messages: Conversation) -> tuple[Message, ...]:
    given = [{"role": "user", "content": messages}] if isinstance(messages, str) else messages
    checked = tuple(Message.model_validate(message) for message in given)
    if not checked or checked[-1].role != "user":
        raise ValueError("the conversation must end with the user's message")
    return checked


def _check_fit(model: Any, tokenizer: Any, prompt: Tensor, recipe: Recipe) -> None:
    width = model.get_input_embeddings().weight.shape[1]
    if prompt.ndim != 2 or prompt.shape[1] != width:
        raise ValueError(f"the prompt has shape {tuple(prompt.shape)}, the model width {width}")
    if recipe.template_hash != template_hash(tokenizer):
        raise ValueError("the prompt was tuned under another chat template")
