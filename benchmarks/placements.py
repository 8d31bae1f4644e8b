"""The accuracy that both placements reach on the same rows in the same steps.

    python benchmarks/placements.py [--steps 100] [--seeds 3]

A quicker loop that learns less is no gain: suffix steps cost a fraction of prefix steps, so this
stands beside the speed. SmolLM2-135M-Instruct on the generated intents, 160 rows to train on, 60
held out in phrases that no training row uses.
"""

import argparse
import time
from pathlib import Path
from statistics import mean

from cli.data.intents import generate_intents
from cli.data.jsonl import to_jsonl
from tsloss_core.models import bundled_model, load_base
from tsloss_core.spec import Row, TuningConfig, parse_row
from tsloss_core.tuning import Snapshot, tune


def rows(count: int, seed: int, held_out: bool) -> list[Row]:
    """Return rows of the task."""
    lines = to_jsonl(generate_intents(count, seed, held_out=held_out)).decode().splitlines()
    return [parse_row(line, number) for number, line in enumerate(lines, start=1)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    base = load_base(str(bundled_model(Path("build/models"))))
    print(f"| placement | seed | accuracy after {options.steps} steps | loss | seconds |")
    print("|---|---|---|---|---|")
    for placement in ("suffix", "prefix"):
        reached = []
        for seed in range(options.seeds):
            config = TuningConfig.model_validate(
                {
                    "seed": seed,
                    "placement": placement,
                    "hyperparameters": {"max_steps": options.steps, "n_epochs": 100},
                    "evaluation": {"every_epochs": 1000},
                    "snapshots": {"every_epochs": 1000},
                }
            )
            told: list[Snapshot] = []
            start = time.perf_counter()
            tune(
                base.model,
                base.tokenizer,
                rows(160, seed, False),
                config,
                validation=rows(60, seed, True),
                on_snapshot=told.append,
            )
            graded = told[-1].validation
            if graded is None:
                raise RuntimeError("the last snapshot was not graded")
            reached.append(graded.accuracy)
            seconds = time.perf_counter() - start
            print(
                f"| {placement} | {seed} | {graded.accuracy:.3f} | {graded.loss:.3f} "
                f"| {seconds:.0f} |",
                flush=True,
            )
        print(f"| {placement} | mean | {mean(reached):.3f} | | |", flush=True)


if __name__ == "__main__":
    main()
