"""Looking for convergence says what grading all rows says, and looks at fewer."""

from collections.abc import Sequence
from typing import Any

import pytest
from torch import Tensor

from tests.support.rendered import row, token_rows
from tests.support.tiny_models import tiny_model, tiny_prompt, tiny_tokenizer
from tsloss_core.spec.evaluation import EvaluationSpec
from tsloss_core.tuning import PromptedModel, Stopped, TokenRow, evaluate
from tsloss_core.tuning.evaluation import reaches
from tsloss_core.tuning.past import Past

SETTINGS = EvaluationSpec(max_new_tokens=3)
CHOICES = ("a", "bcd", "no")
PROMPT = tiny_prompt(5)


class Looking(PromptedModel):
    """Counts the rows that it is asked."""

    seen = 0

    def ask(self, prompt: Tensor | None, rows: Sequence[TokenRow]) -> tuple[Past, Tensor]:
        self.seen += len(rows)
        return super().ask(prompt, rows)


def _answered(prompted: PromptedModel, count: int, choices: Any = CHOICES) -> list[TokenRow]:
    """Rows whose answers are the model's own, all right."""
    asked = token_rows(*[row("x" * (1 + i % 9) + str(i), "a", choices) for i in range(count)])
    graded = evaluate(prompted, tiny_tokenizer(), PROMPT, asked, SETTINGS)
    said = [prediction.predicted for prediction in graded.predictions]
    return token_rows(
        *[
            row(one.row.messages[0].content, answer, choices)
            for one, answer in zip(asked, said, strict=True)
        ]
    )


def _wrong(one: TokenRow) -> TokenRow:
    other = next(choice for choice in CHOICES if choice != one.row.completion)
    return token_rows(row(one.row.messages[0].content, other, CHOICES))[0]


def _reaches(wanted: float, prompted: PromptedModel, rows: Sequence[TokenRow]) -> bool:
    return reaches(wanted, prompted, tiny_tokenizer(), PROMPT, rows, SETTINGS)


class TestReaches:
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    @pytest.mark.parametrize("wrong", [0, 1, 3, 20])
    @pytest.mark.parametrize("wanted", [0.5, 0.9, 0.95, 1.0])
    def test_it_is_what_grading_all_rows_says(
        self, wanted: float, wrong: int, placement: str
    ) -> None:
        prompted = PromptedModel(tiny_model(), placement)
        right = _answered(prompted, 20)
        rows = right[wrong:] + [_wrong(one) for one in right[:wrong]]
        accuracy = evaluate(prompted, tiny_tokenizer(), PROMPT, rows, SETTINGS).accuracy
        assert accuracy == 1 - wrong / 20
        assert _reaches(wanted, prompted, rows) == (accuracy >= wanted)

    def test_decoded_answers_count_too(self) -> None:
        prompted = PromptedModel(tiny_model(), "suffix")
        right = _answered(prompted, 5, None)
        assert _reaches(1.0, prompted, right)
        wrong = token_rows(row(right[0].row.messages[0].content, "other"))
        assert not _reaches(1.0, prompted, right[1:] + wrong)

    @pytest.mark.parametrize(("at", "seen"), [(0, 1), (1, 3), (6, 7), (19, 20)])
    def test_it_looks_until_too_many_are_wrong(self, at: int, seen: int) -> None:
        prompted = Looking(tiny_model(), "suffix")
        rows = _answered(prompted, 20)
        rows[at] = _wrong(rows[at])
        prompted.seen = 0
        assert not _reaches(1.0, prompted, rows)
        assert prompted.seen == seen

    def test_it_can_be_stopped(self) -> None:
        prompted = PromptedModel(tiny_model(), "suffix")
        rows = _answered(prompted, 3)
        with pytest.raises(Stopped, match="paused"):
            reaches(1.0, prompted, tiny_tokenizer(), PROMPT, rows, SETTINGS, lambda: "paused")
