"""Steps the engines of a case in turn and prints its lines of the table."""

import time
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.tuning_parts.engines import Step
from tsloss_core.tuning import TokenRow
from worker.peak_memory import peak_memory, start_peak


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
