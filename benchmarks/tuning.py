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
from importlib.metadata import version
from pathlib import Path

import torch

from benchmarks.tuning_parts.cases import (
    epoch_cases,
    large_cases,
    prefix_cases,
    suffix_cases,
    vocabulary_cases,
)
from benchmarks.tuning_parts.measuring import measure
from benchmarks.tuning_parts.rows import BATCH
from tsloss_core.models import bundled_model, load_base


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
