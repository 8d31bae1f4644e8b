"""Arithmetic word problems with a numeric answer."""

import random
from collections.abc import Callable
from typing import Any

NAMES = ("Ana", "Ben", "Chloe", "Dev", "Ema", "Finn")
THINGS = ("apples", "books", "coins", "pens", "shells")
PROBLEMS: tuple[tuple[str, Callable[[int, int], int]], ...] = (
    (
        "{a} has {x} {things} and gets {y} more. How many {things} does {a} have?",
        lambda x, y: x + y,
    ),
    ("{a} has {sum} {things} and gives {y} to {b}. How many are left?", lambda x, y: x),
    ("{a} packs {x} boxes with {y} {things} each. How many {things} is that?", lambda x, y: x * y),
)
PAIRS = tuple((x, y) for x in range(2, 13) for y in range(2, 13))
HELD_OUT_EVERY = 5


def generate_arithmetic(rows: int, seed: int, held_out: bool) -> list[dict[str, Any]]:
    """Return rows of question and answer; the same seed gives the same rows.

    Held-out rows are about pairs of numbers that no training row has, whatever the seeds.
    """
    rng = random.Random(f"arithmetic-{seed}-{held_out}")
    pairs = [pair for i, pair in enumerate(PAIRS) if (i % HELD_OUT_EVERY == 0) == held_out]
    return [_pose(rng, *rng.choice(pairs)) for _ in range(rows)]


def _pose(rng: random.Random, x: int, y: int) -> dict[str, Any]:
    text, solve = rng.choice(PROBLEMS)
    a, b = rng.sample(NAMES, 2)
    question = text.format(a=a, b=b, x=x, y=y, sum=x + y, things=rng.choice(THINGS))
    return {"question": question, "answer": str(solve(x, y))}
