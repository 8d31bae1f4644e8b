"""Choices scored behind their question, computed once, have the losses of full passes."""

import pytest
import torch

from tests.support.rendered import plain_losses, row, token_rows
from tests.support.tiny_models import CONFIGS, tiny_model
from tsloss_core.tuning import PromptedModel
from tsloss_core.tuning.evaluation.choices import choice_losses

CHOICES = ("a", "bcd", "no")


class TestChoiceLosses:
    @pytest.mark.parametrize("name", CONFIGS)
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_they_are_those_of_the_plain_pass(
        self, name: str, placement: str, honest_float64: None
    ) -> None:
        model, texts = tiny_model(name, torch.float64), ("hm", "a longer one", "x")
        generator = torch.Generator().manual_seed(5)
        prompt = 0.3 * torch.randn(4, 32, generator=generator, dtype=torch.float64)
        rows = token_rows(*[row(text, "a", CHOICES) for text in texts])
        scores = choice_losses(PromptedModel(model, placement), prompt, rows)
        scored = token_rows(*[row(text, choice) for text in texts for choice in CHOICES])
        plain = plain_losses(model, prompt, scored, placement).view(3, 3)
        assert scores == [pytest.approx(losses.tolist(), rel=1e-9) for losses in plain]
