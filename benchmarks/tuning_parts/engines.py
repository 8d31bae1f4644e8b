"""What is compared: this engine, a plain full-forward loop, and PEFT's prompt tuning."""

from collections.abc import Callable
from typing import Any

import torch
from peft import PromptTuningConfig, TaskType, get_peft_model
from torch import Tensor
from torch.nn.functional import cross_entropy

from benchmarks.tuning_parts.rows import LABELS
from tsloss_core.tuning import PromptedModel, TokenRow
from tsloss_core.tuning.prompted import Answer

Step = Callable[[Tensor, list[TokenRow]], Tensor]
"""From an (n, d) prompt and rows to the gradient of their mean loss, (n, d)."""


def both(model: Any, placement: Any) -> dict[str, Step]:
    """This engine in float32 and under bf16 autocast."""
    return {
        "ours": ours(PromptedModel(model, placement)),
        "ours, bf16": ours(PromptedModel(model, placement, bf16=True)),
    }


def ours(prompted: PromptedModel) -> Step:
    """This engine."""

    def step(prompt: Tensor, rows: list[TokenRow]) -> Tensor:
        answers = [Answer(row, row.completion) for row in rows]
        loss = prompted.losses(prompt, answers).sum() / sum(len(a.tokens) for a in answers)
        return torch.autograd.grad(loss, prompt)[0]

    return step


def plain(model: Any) -> Step:
    """Context, prompt, rest and answer in one padded forward pass, all logits."""

    def step(prompt: Tensor, rows: list[TokenRow]) -> Tensor:
        return torch.autograd.grad(plain_loss(model, prompt, rows), prompt)[0]

    return step


def plain_loss(model: Any, prompt: Tensor, rows: list[TokenRow]) -> Tensor:
    """Return the mean loss over the answer tokens."""
    embedding, device = model.get_input_embeddings(), prompt.device
    longest = max(len(row.context) + 1 + LABELS for row in rows) + len(prompt)
    dtype = embedding.weight.dtype
    embeddings = torch.zeros(len(rows), longest, prompt.shape[1], device=device, dtype=dtype)
    labels = torch.full((len(rows), longest), -100, device=device)
    mask = torch.zeros(len(rows), longest, dtype=torch.long, device=device)
    for i, row in enumerate(rows):
        before = embedding(torch.tensor(row.context, device=device))
        after = embedding(torch.tensor(row.rest + row.completion, device=device))
        whole = torch.cat([before, prompt, after])
        embeddings[i, : len(whole)] = whole
        mask[i, : len(whole)] = 1
        answer = torch.tensor(row.completion, device=device)
        labels[i, len(whole) - LABELS : len(whole)] = answer
    logits = model(inputs_embeds=embeddings, attention_mask=mask, use_cache=False).logits
    return cross_entropy(logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten())


def peft(model: Any, n: int) -> Step:
    """PEFT's PromptTuning and the loss that it computes."""
    config = PromptTuningConfig(task_type=TaskType.CAUSAL_LM, num_virtual_tokens=n)
    wrapped = get_peft_model(model, config)
    weight: Tensor = wrapped.prompt_encoder["default"].embedding.weight

    def step(prompt: Tensor, rows: list[TokenRow]) -> Tensor:
        weight.data.copy_(prompt.detach())
        longest = max(len(row.context) + 1 + LABELS for row in rows)
        ids = torch.zeros(len(rows), longest, dtype=torch.long, device=prompt.device)
        labels = torch.full_like(ids, -100)
        mask = torch.zeros_like(ids)
        for i, row in enumerate(rows):
            whole = torch.tensor(row.context + row.rest + row.completion, device=prompt.device)
            ids[i, : len(whole)] = whole
            mask[i, : len(whole)] = 1
            labels[i, len(whole) - LABELS : len(whole)] = whole[-LABELS:]
        loss = wrapped(input_ids=ids, attention_mask=mask, labels=labels).loss
        return torch.autograd.grad(loss, weight)[0]

    return step
