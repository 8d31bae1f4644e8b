"""What each regulariser adds to a real training step.

    python benchmarks/regularizer_overhead.py [--device cuda]

SmolLM2-135M-Instruct on the CPU, or a Gemma-2B-shaped model with random bf16 weights on a GPU;
batch 8, suffix placement, 20 and 100 virtual tokens. In each round every regulariser takes one
step, in turn. Its share is the time of its own value and gradient over the median step of `none`;
the last column compares whole steps.
"""

import argparse
import time
from pathlib import Path
from statistics import median
from typing import Any

import torch

from cli.data.intents import generate_intents
from cli.data.jsonl import to_jsonl
from tsloss_core.models import bundled_model, freeze, load_base
from tsloss_core.regularizers import REGULARIZERS, build_regularizer
from tsloss_core.spec import TuningConfig, parse_row
from tsloss_core.tuning import PromptedModel, prepare
from tsloss_core.tuning.prompted import Answer

ROUNDS = 12
BATCH = 8


def load(device: str) -> tuple[Any, Any]:
    """Return the model to step and the tokenizer of its rows."""
    base = load_base(str(bundled_model(Path("build/models"))))
    if device == "cpu":
        return base.model, base.tokenizer
    from transformers import AutoModelForCausalLM, GemmaConfig

    config = GemmaConfig()
    with torch.device(device):
        model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    return freeze(model), base.tokenizer


def step_seconds(
    prompted: PromptedModel, answers: list[Answer], regularizer: Any, prompt: torch.Tensor
) -> tuple[float, float]:
    """Return the wall time of one step, and of the regulariser's value and gradient in it."""
    synchronize(prompt.device)
    start = time.perf_counter()
    regularizer.start(prompt)
    loss = prompted.losses(prompt, answers).sum()
    torch.autograd.grad(loss, prompt)
    synchronize(prompt.device)
    middle = time.perf_counter()
    torch.autograd.grad(regularizer(prompt).total, prompt)
    synchronize(prompt.device)
    end = time.perf_counter()
    return end - start, end - middle


def synchronize(device: torch.device) -> None:
    """Wait for the device."""
    if device.type == "cuda":
        torch.cuda.synchronize()


def measure(prompted: PromptedModel, answers: list[Answer], n: int) -> None:
    """Print the rows of one prompt length."""
    width = prompted.model.get_input_embeddings().weight.shape[1]
    prompt = torch.randn(n, width, device=prompted.device).mul_(0.1).requires_grad_()
    regularizers = {name: build_regularizer({"type": name}) for name in REGULARIZERS}
    steps: dict[str, list[float]] = {name: [] for name in regularizers}
    owns: dict[str, list[float]] = {name: [] for name in regularizers}
    for round_ in range(ROUNDS + 1):
        for name, regularizer in regularizers.items():
            whole, own = step_seconds(prompted, answers, regularizer, prompt)
            if round_ > 0:
                steps[name].append(whole)
                owns[name].append(own)
    plain = median(steps["none"])
    for name in regularizers:
        share = 100 * median(owns[name]) / plain
        more = 100 * (median(steps[name]) - plain) / plain
        own = 1e3 * median(owns[name])
        print(f"| {n} | {name} | {1e3 * plain:.0f} | {own:.2f} | {share:.2f} % | {more:+.2f} % |")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    device = parser.parse_args().device
    model, tokenizer = load(device)
    lines = to_jsonl(generate_intents(BATCH, 0, held_out=False)).decode().splitlines()
    rows = [parse_row(line, i) for i, line in enumerate(lines, start=1)]
    tokens = prepare(model, tokenizer, rows, TuningConfig())
    answers = [Answer(row, row.completion) for row in tokens]
    print(
        f"torch {torch.__version__}, {device}, {torch.get_num_threads()} threads, batch {BATCH}\n"
    )
    print(
        "| tokens | regulariser | step of `none`, ms | its own, ms | share | step against `none` |"
    )
    print("|---|---|---|---|---|---|")
    for n in (20, 100):
        measure(PromptedModel(model, "suffix"), answers, n)


if __name__ == "__main__":
    main()
