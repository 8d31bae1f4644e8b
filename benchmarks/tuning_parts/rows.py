"""Rows that the engines are timed on."""

from datetime import UTC, datetime
from itertools import cycle
from typing import Any

import torch

from tsloss_core.spec import Message, Row
from tsloss_core.tuning import TokenRow
from tsloss_core.tuning.rendering import render_rows
from tsloss_core.tuning.segments import common_head

BATCH, LABELS = 8, 8


def random_rows(
    count: int, lengths: list[int], vocabulary: int, seed: int = 0, head: tuple[int, ...] = ()
) -> list[TokenRow]:
    """Rows of random tokens: `lengths` gives the context of each in turn, answers have 8 tokens.

    Every context begins with `head`, which counts towards its length.
    """
    generator = torch.Generator().manual_seed(seed)
    row = Row(messages=(Message(role="user", content="-"),), completion="-")

    def tokens(n: int) -> tuple[int, ...]:
        return tuple(torch.randint(10, vocabulary, (n,), generator=generator).tolist())

    return [
        TokenRow(i + 1, row, (head + tokens(length))[:length], tokens(1), tokens(LABELS), None)
        for i, length in zip(range(count), cycle(lengths), strict=False)
    ]


def template_head(tokenizer: Any) -> tuple[int, ...]:
    """What the chat template writes before the first word of any message."""
    rows = [Row(messages=(Message(role="user", content=c),), completion="-") for c in "ab"]
    rendered = render_rows(tokenizer, rows, clock=datetime.now(UTC), max_tokens=2048)
    return common_head([row.context for row in rendered])
