"""Grading agrees with the plain forward pass, in batches that fit, and can be stopped."""

from collections.abc import Sequence
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.support.rendered import plain_losses, row, token_rows
from tests.support.tiny_models import CONFIGS, tiny_model, tiny_prompt, tiny_tokenizer
from tsloss_core.spec.evaluation import EvaluationSpec
from tsloss_core.tuning import OutOfMemoryError, PromptedModel, Stopped, TokenRow, evaluate
from tsloss_core.tuning.past import Layers, Past

SETTINGS = EvaluationSpec(max_new_tokens=3)
CHOICES = ("a", "bcd", "no")
PROMPT = tiny_prompt(5)


class SmallMemory(PromptedModel):
    """Stands for a device that holds the questions of three rows; no accelerator can be had."""

    room = 3

    def ask(self, prompt: Tensor | None, rows: Sequence[TokenRow]) -> tuple[Past, Tensor]:
        if len(rows) > self.room:
            raise torch.OutOfMemoryError
        return super().ask(prompt, rows)


class Counting(PromptedModel):
    """Counts how often a prompt's keys and values are computed."""

    prefixes = 0

    def _compute_prefix(self, prompts: Sequence[Tensor], head: tuple[int, ...]) -> Layers:
        self.prefixes += 1
        return super()._compute_prefix(prompts, head)


class TestEvaluate:
    @pytest.mark.parametrize("name", CONFIGS)
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_the_likeliest_choice_is_taken(self, name: str, placement: str) -> None:
        model = tiny_model(name)
        rows = token_rows(*[row(text, "a", CHOICES) for text in ("hm", "a longer one", "x")])
        prompted = PromptedModel(model, placement)
        graded = evaluate(prompted, tiny_tokenizer(), PROMPT, rows, SETTINGS)
        for i, prediction in enumerate(graded.predictions):
            scored = token_rows(*[row(rows[i].row.messages[0].content, c) for c in CHOICES])
            losses = plain_losses(model, PROMPT, scored, placement)
            assert prediction.predicted == CHOICES[int(losses.argmin())]

    @pytest.mark.parametrize("prompt", [None, PROMPT])
    def test_the_loss_is_the_mean_over_answer_tokens(self, prompt: torch.Tensor | None) -> None:
        model, rows = tiny_model(), token_rows()
        graded = evaluate(PromptedModel(model, "suffix"), tiny_tokenizer(), prompt, rows, SETTINGS)
        total = plain_losses(model, prompt, rows, "suffix").sum()
        count = sum(len(tokens.completion) for tokens in rows)
        assert graded.loss == pytest.approx(float(total) / count, rel=1e-4)

    @pytest.mark.parametrize("answer", ["a", "7"])
    def test_a_prefix_is_computed_once(self, answer: str) -> None:
        choices = None if answer == "7" else ("a", "b")
        rows = token_rows(*[row("x" * (1 + i % 9), answer, choices) for i in range(40)])
        prompted = Counting(tiny_model(), "prefix")
        evaluate(prompted, tiny_tokenizer(), PROMPT, rows, SETTINGS)
        assert prompted.prefixes == 1

    @pytest.mark.parametrize("choices", [None, ("7", "12")])
    def test_a_small_memory_grades_fewer_rows_at_once(self, choices: Any) -> None:
        rows = token_rows(*[row("x" * (1 + i % 9), "7", choices) for i in range(20)])
        told: list[tuple[str, dict[str, float]]] = []
        small, roomy = SmallMemory(tiny_model(), "suffix"), PromptedModel(tiny_model(), "suffix")
        graded, whole = (
            evaluate(model, tiny_tokenizer(), PROMPT, rows, SETTINGS, None, tell)
            for model, tell in ((small, lambda *event: told.append(event)), (roomy, None))
        )
        assert graded.predictions == whole.predictions
        assert graded.loss == pytest.approx(whole.loss, rel=1e-5)
        cuts = [("grading_batch_cut", {"rows_at_once": rows}) for rows in (8, 4, 2)]
        assert told == cuts

    def test_a_row_that_does_not_fit_is_out_of_memory(self) -> None:
        small = SmallMemory(tiny_model(), "suffix")
        small.room = 0
        with pytest.raises(OutOfMemoryError, match="not even one row"):
            evaluate(small, tiny_tokenizer(), PROMPT, token_rows(), SETTINGS)

    def test_it_stops_between_batches(self) -> None:
        prompted = PromptedModel(tiny_model(), "suffix")
        with pytest.raises(Stopped, match="cancel"):
            evaluate(prompted, tiny_tokenizer(), None, token_rows(), SETTINGS, lambda: "cancel")
