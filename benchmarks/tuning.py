"""A tuning step against PEFT's prompt tuning and a plain full-forward loop, interleaved.

    python benchmarks/tuning.py [--device cuda] [--rounds 3] [--layers N]
                                [--only prefix,suffix,vocabulary,epoch,large]

Every engine steps from the same prompt over the same rows of the same frozen model, in turn. PEFT
places its tokens as a prefix, so the plain loop (embeddings joined, one forward pass, all logits:
what the paper's code does) stands beside the suffix placement. Printed: medians, ratios, tokens per
second, the peak of the memory that the first pass took beside what was in use, how much of the
device's measured rate of matrix products the step reaches, and how the gradient of the prompt
compares with the peer's (relative difference in float32, cosine in bf16).

`large` are models of the shapes of Gemma-2B and Qwen1.5-14B with random weights in bf16, run by
default on a card only; --layers cuts them. No card was at hand to run them in full.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

import torch
from peft import PromptTuningConfig, TaskType, get_peft_model
from torch import Tensor
from torch.nn.functional import cosine_similarity, cross_entropy
from torch.utils.flop_counter import FlopCounterMode
from transformers import AutoConfig, AutoModelForCausalLM, GemmaConfig, Qwen2Config

from tsloss_core.models import LoadedBase, bundled_model, freeze, load_base
from tsloss_core.spec import Message, Row
from tsloss_core.tuning import PromptedModel, TokenRow
from tsloss_core.tuning.batching import epoch_batches
from tsloss_core.tuning.prompted import Answer
from tsloss_core.tuning.rendering import render_rows
from tsloss_core.tuning.segments import common_head
from worker.peak_memory import peak_memory, start_peak

BATCH, LABELS = 8, 8
Step = Callable[[Tensor, list[TokenRow]], Tensor]


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
    weight = wrapped.prompt_encoder["default"].embedding.weight

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
        weight.grad = None
        wrapped(input_ids=ids, attention_mask=mask, labels=labels).loss.backward()
        return weight.grad

    return step


@dataclass
class Case:
    """One line of the table: a peer, our engines, a prompt, and the batches of a round."""

    name: str
    model: Any
    peer: Step
    engines: dict[str, Step]
    n: int
    batches: dict[str, list[list[TokenRow]]]


def measure(case: Case, rounds: int) -> None:
    """Print the rows of a case."""
    weight = case.model.get_input_embeddings().weight
    generator = torch.Generator().manual_seed(1)
    start = 0.1 * torch.randn(case.n, weight.shape[1], generator=generator)
    prompt = start.to(weight.device).requires_grad_()
    steps = {"peer": case.peer, **case.engines}
    batches = {name: case.batches.get(name, case.batches["peer"]) for name in steps}
    firsts = {name: first_pass(step, prompt, batches[name]) for name, step in steps.items()}
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            times[name].append(timed(step, prompt, batches[name])[0])
    tokens = sum(row.length for batch in case.batches["peer"] for row in batch)
    slow, truth = median(times["peer"]), firsts["peer"].gradient
    for name, first in firsts.items():
        own, gradient = median(times[name]), first.gradient
        difference = float((gradient - truth).norm() / truth.norm())
        cosine = float(cosine_similarity(gradient, truth, dim=0))
        dtype = torch.bfloat16 if "bf16" in name else weight.dtype
        share = first.operations / own / matrix_rate(weight.device, dtype)
        print(
            f"| {case.name} | {name} | {own:.3f} | {slow / own:.2f} | {tokens / own:.0f} "
            f"| {first.peak / 2**20:.0f} | {share:.0%} | {difference:.1e} | {cosine:.4f} |",
            flush=True,
        )


@dataclass(frozen=True)
class First:
    """What an untimed pass shows: gradient, operations in matrix products, bytes at the peak."""

    gradient: Tensor
    operations: int
    peak: int


def first_pass(step: Step, prompt: Tensor, batches: list[list[TokenRow]]) -> First:
    """Warm up, and look at what does not depend on the time."""
    before = start_peak(prompt.device)
    with FlopCounterMode(display=False) as counter:
        _, gradient = timed(step, prompt, batches)
    peak = peak_memory(prompt.device) - before
    return First(gradient.flatten(), counter.get_total_flops(), peak)


@cache
def matrix_rate(device: torch.device, dtype: torch.dtype) -> float:
    """Return the operations per second of one large matrix product, the best of five."""
    size = 8192 if device.type == "cuda" else 2048
    one = torch.randn(size, size, device=device).to(dtype)
    best = float("inf")
    for _ in range(5):
        synchronize(device)
        start = time.perf_counter()
        one @ one
        synchronize(device)
        best = min(best, time.perf_counter() - start)
    return 2 * size**3 / best


def timed(step: Step, prompt: Tensor, batches: list[list[TokenRow]]) -> tuple[float, Tensor]:
    """Return the seconds of all batches, and the sum of their gradients."""
    synchronize(prompt.device)
    start = time.perf_counter()
    total = torch.zeros_like(prompt)
    for batch in batches:
        total = total + step(prompt, batch).detach()
    synchronize(prompt.device)
    return time.perf_counter() - start, total


def synchronize(device: torch.device) -> None:
    """Wait for the device."""
    if device.type == "cuda":
        torch.cuda.synchronize()


def both(model: Any, placement: Any) -> dict[str, Step]:
    """This engine in float32 and under bf16 autocast."""
    return {
        "ours": ours(PromptedModel(model, placement)),
        "ours, bf16": ours(PromptedModel(model, placement, bf16=True)),
    }


def template_head(tokenizer: Any) -> tuple[int, ...]:
    """What the chat template writes before the first word of any message."""
    rows = [Row(messages=(Message(role="user", content=c),), completion="-") for c in "ab"]
    rendered = render_rows(tokenizer, rows, clock=datetime.now(UTC), max_tokens=2048)
    return common_head([row.context for row in rendered])


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


SHAPES = {
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
        for placement, peer in (("suffix", plain(model)), ("prefix", peft(model, 20))):
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


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--layers", type=int)
    parser.add_argument("--only")
    options = parser.parse_args()
    everywhere = "prefix,suffix,epoch,vocabulary"
    on_a_card = ",large" if options.device == "cuda" else ""
    wanted = (options.only or everywhere + on_a_card).split(",")
    libraries = ", ".join(f"{name} {version(name)}" for name in ("torch", "transformers", "peft"))
    print(f"{libraries}, {options.device}, {torch.get_num_threads()} threads, batch {BATCH}\n")
    print(
        "| case | engine | seconds | peer / this | tokens/s | peak MiB | of the matrix rate "
        "| gradient difference | cosine |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    makers = {"prefix": prefix_cases, "suffix": suffix_cases, "epoch": epoch_cases}
    if set(makers) & set(wanted):
        base = load_base(str(bundled_model(Path("build/models"))), device_map=options.device)
        for name, make in makers.items():
            for case in make(base) if name in wanted else []:
                measure(case, options.rounds)
        del base
    if "vocabulary" in wanted:
        for case in vocabulary_cases(options.device):
            measure(case, options.rounds)
    if "large" in wanted:
        for case in large_cases(options.device, options.layers):
            measure(case, options.rounds)


if __name__ == "__main__":
    main()
