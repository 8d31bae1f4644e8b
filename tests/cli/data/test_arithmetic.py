"""Word problems: right answers, the same from the same seed, numbers held out."""

import re

from hypothesis import given
from hypothesis import strategies as st

from cli.data.arithmetic import generate_arithmetic

SEEDS = st.integers(0, 2**32)


class TestGenerate:
    @given(SEEDS, st.booleans())
    def test_every_answer_solves_its_problem(self, seed: int, held_out: bool) -> None:
        for row in generate_arithmetic(10, seed, held_out):
            first, second = map(int, re.findall(r"\d+", row["question"]))
            assert int(row["answer"]) == _solve(row["question"], first, second)

    @given(SEEDS)
    def test_the_same_seed_gives_the_same_rows(self, seed: int) -> None:
        assert generate_arithmetic(5, seed, False) == generate_arithmetic(5, seed, False)

    def test_another_seed_gives_other_rows(self) -> None:
        assert generate_arithmetic(20, 1, False) != generate_arithmetic(20, 2, False)

    @given(SEEDS, SEEDS)
    def test_no_training_question_is_held_out(self, one: int, other: int) -> None:
        training = {row["question"] for row in generate_arithmetic(50, one, False)}
        held_out = {row["question"] for row in generate_arithmetic(50, other, True)}
        assert not training & held_out


def _solve(question: str, first: int, second: int) -> int:
    if "more" in question:
        return first + second
    return first - second if "gives" in question else first * second
