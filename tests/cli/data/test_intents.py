"""Intents: balanced, the same from the same seed, phrases held out."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from cli.data.intents import INTENTS, generate_intents

SEEDS = st.integers(0, 2**32)


class TestGenerate:
    @given(SEEDS, st.integers(1, 60), st.booleans())
    def test_the_intents_come_about_equally_often(
        self, seed: int, rows: int, held_out: bool
    ) -> None:
        made = generate_intents(rows, seed, held_out)
        counts = Counter(row["answer"] for row in made)
        assert len(made) == rows
        assert max(counts.values()) - min(counts[intent] for intent in INTENTS) <= 1

    @given(SEEDS, st.booleans())
    def test_the_same_seed_gives_the_same_rows(self, seed: int, held_out: bool) -> None:
        assert generate_intents(5, seed, held_out) == generate_intents(5, seed, held_out)

    @given(SEEDS, SEEDS)
    def test_no_training_question_is_held_out(self, one: int, other: int) -> None:
        training = {row["question"] for row in generate_intents(60, one, False)}
        held_out = {row["question"] for row in generate_intents(60, other, True)}
        assert not training & held_out

    def test_the_answer_is_one_of_the_choices(self) -> None:
        assert all(row["answer"] in row["choices"] for row in generate_intents(30, 0, False))
