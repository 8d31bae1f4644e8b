"""The tasks of an experiment, generated: the same rows wherever and whenever it runs."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from cli.data.arithmetic import generate_arithmetic
from cli.data.intents import generate_intents
from cli.data.jsonl import to_jsonl

SEED = 7
OFFSETS = (-10, -2, -1, 1, 2, 10)
"""What the wrong answers to a sum differ by."""
WRONG_ANSWERS = 3

Rows = list[dict[str, Any]]
Generator = Callable[[int, int, bool], Rows]


def generate_choices(rows: int, seed: int, held_out: bool) -> Rows:
    """Return arithmetic word problems with four answers to choose from, as BIG-bench has them.

    A small model hardly ever writes the right number: accuracy would be 0 in every run.
    """
    rng = random.Random(f"choices-{seed}-{held_out}")  # noqa: S311
    return [
        row | {"choices": _choices(int(row["answer"]), rng)}
        for row in generate_arithmetic(rows, seed, held_out)
    ]


def _choices(answer: int, rng: random.Random) -> list[str]:
    wrong = [answer + offset for offset in OFFSETS if answer + offset >= 0]
    choices = [answer, *rng.sample(wrong, WRONG_ANSWERS)]
    rng.shuffle(choices)
    return [str(choice) for choice in choices]


GENERATORS: dict[str, Generator] = {
    "intents": generate_intents,
    "arithmetic": generate_choices,
}


@dataclass(frozen=True)
class TaskRows:
    """A task's training and held-out rows as JSON Lines. No row is in both."""

    name: str
    training: bytes
    held_out: bytes

    @property
    def guessed(self) -> float:
        """The accuracy on held-out rows of guessing among their choices."""
        return fmean(1 / len(json.loads(row)["choices"]) for row in self.held_out.splitlines())


def make_tasks(training_rows: int, held_out_rows: int) -> list[TaskRows]:
    """Return every task with so many rows."""
    return [
        TaskRows(
            name,
            to_jsonl(generate(training_rows, SEED, False)),
            to_jsonl(generate(held_out_rows, SEED, True)),
        )
        for name, generate in GENERATORS.items()
    ]
