"""Grading agrees with the plain forward pass and can be stopped."""

import pytest
import torch

from tests.support.rendered import plain_losses, row, token_rows
from tests.support.tiny_models import tiny_model, tiny_tokenizer
from tsloss_core.spec.evaluation import EvaluationSpec
from tsloss_core.tuning import PromptedModel, Stopped, evaluate

SETTINGS = EvaluationSpec(max_new_tokens=3)
CHOICES = ("a", "bcd", "no")


def _prompt() -> torch.Tensor:
    return 0.3 * torch.randn(4, 32, generator=torch.Generator().manual_seed(5))


class TestEvaluate:
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_the_likeliest_choice_is_taken(self, placement: str) -> None:
        model, prompt = tiny_model(), _prompt()
        rows = token_rows(*[row(text, "a", CHOICES) for text in ("hm", "a longer one", "x")])
        prompted = PromptedModel(model, placement)
        graded = evaluate(prompted, tiny_tokenizer(), prompt, rows, SETTINGS)
        for i, prediction in enumerate(graded.predictions):
            scored = token_rows(*[row(rows[i].row.messages[0].content, c) for c in CHOICES])
            losses = plain_losses(model, prompt, scored, placement)
            assert prediction.predicted == CHOICES[int(losses.argmin())]

    @pytest.mark.parametrize("prompt", [None, _prompt()])
    def test_the_loss_is_the_mean_over_answer_tokens(self, prompt: torch.Tensor | None) -> None:
        model, rows = tiny_model(), token_rows()
        graded = evaluate(PromptedModel(model, "suffix"), tiny_tokenizer(), prompt, rows, SETTINGS)
        total = plain_losses(model, prompt, rows, "suffix").sum()
        count = sum(len(tokens.completion) for tokens in rows)
        assert graded.loss == pytest.approx(float(total) / count, rel=1e-4)

    def test_it_stops_between_batches(self) -> None:
        prompted = PromptedModel(tiny_model(), "suffix")
        with pytest.raises(Stopped, match="cancel"):
            evaluate(prompted, tiny_tokenizer(), None, token_rows(), SETTINGS, lambda: "cancel")
