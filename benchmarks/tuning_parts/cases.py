"""The models, placements and row lengths that are measured."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, GemmaConfig, Qwen2Config

from benchmarks.tuning_parts.engines import Step, both, ours, peft, plain
from benchmarks.tuning_parts.measuring import Case
from benchmarks.tuning_parts.rows import BATCH, random_rows, template_head
from tsloss_core.models import LoadedBase, bundled_model, freeze
from tsloss_core.prompts import Placement
from tsloss_core.tuning import PromptedModel
from tsloss_core.tuning.batching import epoch_batches


def prefix_cases(base: LoadedBase) -> list[Case]:
    """88 text tokens behind 20 and 100 virtual ones, against PEFT.

    Once all tokens are random, once every row begins as the model's chat template has it.
    """
    model, head = base.model, template_head(base.tokenizer)
    return [
        Case(
            f"prefix, 88 tokens{told}, n = {n}", model, peft(model, n), both(model, "prefix"), n,
            {"peer": [random_rows(BATCH, [87], 40_000, head=first)]},
        )
        for first, told in (((), ""), (head, f" ({len(head)} the template's)"))
        for n in (20, 100)
    ]  # fmt: skip


def suffix_cases(base: LoadedBase) -> list[Case]:
    """20 virtual tokens after 88 and 400 context tokens, against the plain loop; contexts kept."""
    model = base.model
    return [
        Case(
            f"suffix, {context} context tokens, n = 20", model, plain(model),
            both(model, "suffix"), 20, {"peer": [random_rows(BATCH, [context], 40_000)]},
        )
        for context in (88, 400)
    ]  # fmt: skip


def vocabulary_cases(device: str) -> list[Case]:
    """The same shape with a vocabulary of 262,144 and random weights."""
    config = AutoConfig.from_pretrained(bundled_model(Path("build/models")))
    config.vocab_size = 262_144
    model = freeze(AutoModelForCausalLM.from_config(config)).to(device)
    rows = random_rows(BATCH, [87], 262_144)
    name = "prefix, 262,144 words, n = 20"
    engines = {"ours": ours(PromptedModel(model, "prefix"))}
    return [Case(name, model, peft(model, 20), engines, 20, {"peer": [rows]})]


SHAPES: dict[str, Callable[[], Any]] = {
    "Gemma-2B": lambda: GemmaConfig(
        vocab_size=256_000, hidden_size=2048, intermediate_size=16_384, num_hidden_layers=18,
        num_attention_heads=8, num_key_value_heads=1, head_dim=256,
    ),
    "Qwen1.5-14B": lambda: Qwen2Config(
        vocab_size=152_064, hidden_size=5120, intermediate_size=13_696, num_hidden_layers=40,
        num_attention_heads=40, num_key_value_heads=40,
    ),
}  # fmt: skip


def large_cases(device: str, layers: int | None) -> Iterator[Case]:
    """Large shapes with random weights in bf16, one in memory at a time."""
    for name, make in SHAPES.items():
        config = make()
        config.num_hidden_layers = min(layers or config.num_hidden_layers, config.num_hidden_layers)
        with torch.device(device):
            model = freeze(AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16))
        told = f"{name}-shaped, {config.num_hidden_layers} layers, 88 tokens, n = 20"
        rows = {"peer": [random_rows(BATCH, [87], config.vocab_size)]}
        peers: dict[Placement, Step] = {"suffix": plain(model), "prefix": peft(model, 20)}
        for placement, peer in peers.items():
            engines = {"ours": ours(PromptedModel(model, placement))}
            yield Case(f"{told}, {placement}", model, peer, engines, 20, rows)


def epoch_cases(base: LoadedBase) -> list[Case]:
    """An epoch of 48 rows: random order and padding against length buckets.

    10 to 120 random tokens each, and the same after the chat template's head.
    """
    head = template_head(base.tokenizer)
    return [
        epoch_case(base.model, (), "epoch of 10-120 tokens, prefix, n = 20"),
        epoch_case(base.model, head, f"the same after the template's {len(head)}"),
    ]


def epoch_case(model: Any, head: tuple[int, ...], name: str) -> Case:
    """One of them."""
    drawn = torch.randint(10, 120, (48,), generator=torch.Generator().manual_seed(4)).tolist()
    rows = random_rows(48, [len(head) + length for length in drawn], 40_000, head=head)
    order = torch.randperm(48, generator=torch.Generator().manual_seed(5)).tolist()
    shuffled = [[rows[i] for i in order[at : at + BATCH]] for at in range(0, 48, BATCH)]
    buckets = epoch_batches([row.length for row in rows], BATCH, 0, 1)
    bucketed = [[rows[i] for i in batch] for batch in buckets]
    engines = both(model, "prefix")
    batches = {"peer": shuffled, **dict.fromkeys(engines, bucketed)}
    return Case(name, model, peft(model, 20), engines, 20, batches)
