"""How much memory a training step takes, estimated from shapes before the first one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tsloss_core.prompts import Placement
from tsloss_core.spec import TuningConfig
from tsloss_core.tuning.errors import OutOfMemoryError
from tsloss_core.tuning.rendering import TokenRow

FLOAT = 4
MIB = 1 << 20


@dataclass(frozen=True)
class Widths:
    """The sizes of a decoder that its activations depend on."""

    layers: int
    hidden: int
    inner: int
    heads: int
    key_value_heads: int
    head: int
    vocabulary: int


def widths_of(config: Any) -> Widths:
    """Read the sizes from a model's configuration; what a family leaves out has its usual value."""
    text = config.get_text_config(decoder=True)
    hidden, heads = int(text.hidden_size), int(text.num_attention_heads)
    return Widths(
        layers=int(text.num_hidden_layers),
        hidden=hidden,
        inner=int(getattr(text, "intermediate_size", None) or 4 * hidden),
        heads=heads,
        key_value_heads=int(getattr(text, "num_key_value_heads", None) or heads),
        head=int(getattr(text, "head_dim", None) or hidden // heads),
        vocabulary=int(text.vocab_size),
    )


def row_bytes(
    widths: Widths,
    row: TokenRow,
    virtual_tokens: int,
    placement: Placement,
    recompute: bool = False,
) -> int:
    """Return an estimate of what one row of a training step keeps for the backward pass.

    Counted in float32: per computed token and layer the normed and residual streams, queries, keys,
    values and the inner activations; per attended token the keys and values, repeated for every
    head; and three copies of the logits of the answer. With `recompute` a layer keeps its input
    and its cached keys and values, and one layer at a time keeps the rest.
    """
    answer = len(row.completion)
    if placement == "suffix":
        past, computed = len(row.context), virtual_tokens + len(row.rest) + answer
    else:
        past, computed = virtual_tokens, len(row.context) + len(row.rest) + answer
    streams = 8 * widths.hidden + 5 * widths.inner
    attention = widths.head * (4 * widths.heads + 4 * widths.key_value_heads)
    attended = 2 * widths.head * (widths.heads + widths.key_value_heads)
    layer = computed * (streams + attention) + (past + computed) * attended
    logits = 3 * answer * widths.vocabulary
    if not recompute:
        return FLOAT * (widths.layers * layer + logits)
    kept = computed * widths.hidden + past * 2 * widths.head * widths.key_value_heads
    return FLOAT * (widths.layers * kept + layer + logits)


def contexts_bytes(config: Any, rows: Sequence[TokenRow], tuning: TuningConfig) -> int:
    """Return what the keys and values of all contexts take in float32; a prefix keeps none."""
    if tuning.placement == "prefix":
        return 0
    widths = widths_of(config)
    per_token = FLOAT * 2 * widths.layers * widths.key_value_heads * widths.head
    return per_token * sum(map(len, {row.context for row in rows}))


def tokens_that_fit(
    config: Any, rows: Sequence[TokenRow], tuning: TuningConfig, free_bytes: int
) -> int:
    """Return how many padded tokens of these rows fit into `free_bytes` at once.

    Raises OutOfMemoryError with the estimate if the largest row alone does not fit.
    """
    widths, n = widths_of(config), tuning.num_virtual_tokens
    recompute = tuning.hyperparameters.gradient_checkpointing
    sizes = [row_bytes(widths, row, n, tuning.placement, recompute) for row in rows]
    if max(sizes) > free_bytes:
        needed, free = max(sizes) // MIB + 1, free_bytes // MIB
        raise OutOfMemoryError(f"a row takes about {needed} MiB in a step, {free} MiB are free")
    per_token = max(size / (row.length + n) for size, row in zip(sizes, rows, strict=True))
    return int(free_bytes / per_token)
