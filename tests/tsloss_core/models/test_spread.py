"""A model spread over two places, memory and disk: as far as a machine without cards allows."""

from pathlib import Path

import pytest
import torch

from tests.support.rendered import plain_losses, token_rows
from tests.support.tiny_models import save_tiny_model, tiny_model
from tsloss_core.models import load_base
from tsloss_core.tuning import PromptedModel
from tsloss_core.tuning.prompted import Answer

PLACES = {
    "model.embed_tokens": "cpu",
    "model.rotary_emb": "cpu",
    "model.layers.0": "cpu",
    "model.layers.1": "disk",
    "model.norm": "cpu",
    "lm_head": "cpu",
}


class TestSpread:
    @pytest.mark.parametrize("recompute", [False, True])
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_the_gradient_is_that_of_the_model_in_one_place(
        self, tmp_path: Path, placement: str, recompute: bool
    ) -> None:
        base = load_base(str(save_tiny_model(tmp_path)), device_map=PLACES)
        assert base.model.hf_device_map["model.layers.1"] == "disk"
        generator = torch.Generator().manual_seed(3)
        prompt = (0.3 * torch.randn(5, 32, generator=generator)).requires_grad_()
        rows = token_rows()
        spread = PromptedModel(base.model, placement, recompute=recompute)
        losses = spread.losses(prompt, [Answer(row, row.completion) for row in rows])
        (gradient,) = torch.autograd.grad(losses.sum(), prompt)
        plain = plain_losses(tiny_model(), prompt, rows, placement)
        (expected,) = torch.autograd.grad(plain.sum(), prompt)
        torch.testing.assert_close(losses, plain, rtol=1e-4, atol=1e-4)
        assert (gradient - expected).norm() <= 1e-4 * expected.norm()
