"""A whole suffix job against the plain full-forward loop: cache building and evaluation counted.

    python benchmarks/whole_job.py [--rows 200] [--epochs 10] [--contexts 88,400] [--plain-epochs 2]

Both train on the same batches and grade the loss of every row once at the end. Ours runs three
times: with room for all contexts, and with room for a quarter of them and the rest on disk, or
computed anew. Every epoch of the plain loop costs the same, so fewer of them may be run
(--plain-epochs); their time is then scaled to all, which the table says.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from benchmarks.tuning_parts.engines import Step, ours, plain, plain_loss
from benchmarks.tuning_parts.rows import BATCH, random_rows
from tsloss_core.models import bundled_model, load_base
from tsloss_core.tuning import (
    CacheLimits,
    PromptedModel,
    TokenRow,
    TuningConfig,
    contexts_bytes,
)
from tsloss_core.tuning.batching import epoch_batches
from tsloss_core.tuning.prompted import Answer

VIRTUAL_TOKENS = 20
Grade = Callable[[Tensor, list[TokenRow]], object]


@dataclass(frozen=True)
class Seconds:
    """Where the time of a job went."""

    training: float
    grading: float

    def scaled(self, factor: float) -> float:
        """Return the seconds of a job with `factor` times as many epochs."""
        return factor * self.training + self.grading


def run(step: Step, grade: Grade, rows: list[TokenRow], epochs: int, width: int) -> Seconds:
    """Train for some epochs, then grade every row once."""
    prompt = 0.1 * torch.randn(VIRTUAL_TOKENS, width, generator=torch.Generator().manual_seed(0))
    prompt.requires_grad_()
    start = time.perf_counter()
    lengths = [row.length for row in rows]
    for epoch in range(1, epochs + 1):
        for batch in epoch_batches(lengths, BATCH, 0, epoch):
            gradient = step(prompt, [rows[i] for i in batch])
            with torch.no_grad():
                prompt -= 0.1 * gradient
    trained = time.perf_counter()
    for at in range(0, len(rows), BATCH):
        grade(prompt, rows[at : at + BATCH])
    return Seconds(trained - start, time.perf_counter() - trained)


def graded_by(prompted: PromptedModel) -> Grade:
    """Grade by this engine."""

    @torch.no_grad()
    def grade(prompt: Tensor, rows: list[TokenRow]) -> object:
        return prompted.losses(prompt, [Answer(row, row.completion) for row in rows])

    return grade


def graded_plainly(model: Any) -> Grade:
    """Grade by one full forward pass without a gradient."""

    @torch.no_grad()
    def grade(prompt: Tensor, rows: list[TokenRow]) -> object:
        return plain_loss(model, prompt, rows)

    return grade


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--contexts", default="88,400")
    parser.add_argument("--plain-epochs", type=int, default=2)
    options = parser.parse_args()
    model = load_base(str(bundled_model(Path("build/models")))).model
    width = model.config.hidden_size
    print(
        f"{options.rows} rows, {options.epochs} epochs, batch {BATCH}, n = {VIRTUAL_TOKENS}; "
        f"the plain loop ran {options.plain_epochs} epochs, scaled to {options.epochs}\n"
    )
    print("| context tokens | engine | seconds | plain / this |")
    print("|---|---|---|---|")
    for context in (int(part) for part in options.contexts.split(",")):
        rows = random_rows(options.rows, [context], 40_000)
        everything = contexts_bytes(model.config, rows, TuningConfig(placement="suffix"))
        quarter = everything // 4
        measured = run(plain(model), graded_plainly(model), rows, options.plain_epochs, width)
        slow = measured.scaled(options.epochs / options.plain_epochs)
        tell(context, "plain loop", slow, slow)
        with tempfile.TemporaryDirectory() as folder:
            limits = {
                "ours": CacheLimits(everything),
                "ours, a quarter in memory, the rest on disk": CacheLimits(quarter, Path(folder)),
                "ours, a quarter in memory, the rest computed anew": CacheLimits(quarter),
            }
            for name, limit in limits.items():
                prompted = PromptedModel(model, "suffix", limit)
                taken = run(ours(prompted), graded_by(prompted), rows, options.epochs, width)
                tell(context, name, taken.scaled(1), slow)


def tell(context: int, name: str, taken: float, slow: float) -> None:
    """Print a line of the table."""
    print(f"| {context} | {name} | {taken:.1f} | {slow / taken:.2f} |", flush=True)


if __name__ == "__main__":
    main()
