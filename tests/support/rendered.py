"""Rendered rows for tests of the tuning engine."""

from datetime import UTC, datetime

import torch
from torch import Tensor

from tests.support.tiny_models import tiny_tokenizer
from tsloss_core.spec import Message, Row
from tsloss_core.tuning import TokenRow, render_rows

CLOCK = datetime(2026, 1, 2, tzinfo=UTC)
PAIRS = (("2+2=", "4"), ("a much longer question?", "yes it is"), ("hm", "no"), ("3+3=", "6"))


def row(prompt: str, completion: str, choices: tuple[str, ...] | None = None) -> Row:
    """Return a single-turn row."""
    user = Message(role="user", content=prompt)
    return Row(messages=(user,), completion=completion, choices=choices)


def token_rows(*rows: Row) -> list[TokenRow]:
    """Render rows, PAIRS if none are given, with the tiny chat tokenizer."""
    given = rows or tuple(row(prompt, completion) for prompt, completion in PAIRS)
    return render_rows(tiny_tokenizer(), given, clock=CLOCK, max_tokens=100)


def plain_losses(
    model: object, prompt: Tensor | None, rows: list[TokenRow], placement: str
) -> Tensor:
    """The truth: one full forward pass per row, all logits, no cache, no padding."""
    return torch.stack([_plain_loss(model, prompt, row, placement) for row in rows])


def _plain_loss(model: object, prompt: Tensor | None, row: TokenRow, placement: str) -> Tensor:
    embedding = model.get_input_embeddings()  # type: ignore[attr-defined]
    context, rest, answer = (
        embedding(torch.tensor(ids, dtype=torch.long))
        for ids in (row.context, row.rest, row.completion)
    )
    virtual = context[:0] if prompt is None else prompt
    parts = [virtual, context] if placement == "prefix" else [context, virtual]
    sequence = torch.cat([*parts, rest, answer]).unsqueeze(0)
    logits = model(inputs_embeds=sequence, use_cache=False).logits[0]  # type: ignore[operator]
    count = len(row.completion)
    predicted = torch.log_softmax(logits[-count - 1 : -1], dim=-1)
    return -predicted[torch.arange(count), torch.tensor(row.completion)].sum()
