"""Weights that lie ready in bf16 change nothing of what is computed under autocast."""

import pytest
import torch
from torch import Tensor

from tests.support.rendered import token_rows
from tests.support.tiny_models import CONFIGS, tiny_model
from tsloss_core.tuning import PromptedModel, bf16_weight_bytes
from tsloss_core.tuning.bf16_weights import with_bf16_weights
from tsloss_core.tuning.prompted import Answer


def _losses_and_gradient(prompted: PromptedModel) -> tuple[Tensor, Tensor]:
    prompt = 0.3 * torch.randn(5, 32, generator=torch.Generator().manual_seed(0))
    losses = prompted.losses(
        prompt.requires_grad_(), [Answer(row, row.completion) for row in token_rows()]
    )
    (gradient,) = torch.autograd.grad(losses.sum(), prompt)
    return losses.detach(), gradient


class TestWithBf16Weights:
    @pytest.mark.parametrize("name", CONFIGS)
    def test_the_bits_are_those_of_autocast(self, name: str) -> None:
        found = _losses_and_gradient(PromptedModel(tiny_model(name), "prefix", bf16=True))
        plain = PromptedModel(tiny_model(name), "prefix")
        plain._bf16 = True
        expected = _losses_and_gradient(plain)
        assert torch.equal(found[0], expected[0])
        assert torch.equal(found[1], expected[1])

    @pytest.mark.parametrize("name", CONFIGS)
    def test_the_model_stays_as_it_is_and_shares_the_rest(self, name: str) -> None:
        model = tiny_model(name)
        quick = with_bf16_weights(model)
        assert {each.dtype for each in model.parameters()} == {torch.float32}
        assert quick.get_input_embeddings().weight is model.get_input_embeddings().weight
        mine = {id(each) for each in model.parameters()}
        own = [each for each in quick.parameters() if id(each) not in mine]
        assert {each.dtype for each in own} == {torch.bfloat16}
        assert sum(2 * each.numel() for each in own) == bf16_weight_bytes(model) > 0

    def test_a_model_in_bf16_takes_nothing_more(self) -> None:
        model = tiny_model("llama", torch.bfloat16)
        assert bf16_weight_bytes(model) == 0

    def test_a_model_spread_over_devices_is_left_as_it_is(self) -> None:
        model = tiny_model("llama")
        model.hf_device_map = {"model": 0, "lm_head": 1}
        assert with_bf16_weights(model) is model
        assert bf16_weight_bytes(model) == 0
