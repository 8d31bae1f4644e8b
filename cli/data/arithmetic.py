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


def generate_arithmetic(rows: int, seed: int) -> list[dict[str, Any]]:
    """Return rows of question and answer; the same seed gives the same rows."""
    rng = random.Random(f"arithmetic-{seed}")
    return [_pose(rng) for _ in range(rows)]


def _pose(rng: random.Random) -> dict[str, Any]:
    text, solve = rng.choice(PROBLEMS)
    x, y = rng.randint(2, 12), rng.randint(2, 12)
    a, b = rng.sample(NAMES, 2)
    question = text.format(a=a, b=b, x=x, y=y, sum=x + y, things=rng.choice(THINGS))
    return {"question": question, "answer": str(solve(x, y))}
