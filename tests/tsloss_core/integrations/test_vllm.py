"""The payload for vLLM, read back as vLLM documents that it reads it. No vLLM runs here."""

import base64
import io

import pytest
import torch
from torch import Tensor

from tests.support.tiny_models import tiny_model, tiny_prompt, tiny_recipe, tiny_tokenizer
from tsloss_core.integrations import prompt_embeds
from tsloss_core.prompts import apply_prompt

PROMPT = tiny_prompt(1, scale=1)


def _read_as_vllm_does(payload: str) -> Tensor:
    data = base64.b64decode(payload.encode(), validate=True)
    tensor: Tensor = torch.load(io.BytesIO(data), weights_only=True, map_location="cpu")
    return tensor


class TestPromptEmbeds:
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    @pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
    def test_the_tensor_comes_back(self, placement: str, dtype: torch.dtype) -> None:
        model, tokenizer = tiny_model(dtype=dtype), tiny_tokenizer()
        recipe = tiny_recipe(placement)
        read = _read_as_vllm_does(prompt_embeds(model, tokenizer, "2+2=", PROMPT, recipe))
        wanted = apply_prompt(model, tokenizer, "2+2=", PROMPT, recipe)
        assert (read.dtype, read.ndim, read.shape[1]) == (dtype, 2, 32)
        assert not read.is_sparse
        assert torch.equal(read, wanted)

    def test_it_is_one_line_of_ascii(self) -> None:
        recipe = tiny_recipe("suffix")
        payload = prompt_embeds(tiny_model(), tiny_tokenizer(), "2+2=", PROMPT, recipe)
        assert payload.isascii()
        assert "\n" not in payload
