"""A stored prompt reads back the same, and what is none is refused."""

import pytest
import torch

from tests.support.tiny_models import tiny_prompt, tiny_recipe
from tsloss_core.prompts import load_prompt, save_prompt

PROMPT = tiny_prompt(1, scale=1)


class TestSavePrompt:
    def test_prompt_and_recipe_come_back(self) -> None:
        prompt, recipe = load_prompt(save_prompt(PROMPT, tiny_recipe("suffix")))
        assert torch.equal(prompt, PROMPT)
        assert recipe == tiny_recipe("suffix")

    @pytest.mark.parametrize("data", [b"", b"x" * 100, save_prompt(PROMPT, tiny_recipe())[:-1]])
    def test_bytes_that_are_no_prompt_are_refused(self, data: bytes) -> None:
        with pytest.raises(ValueError, match="soft prompt"):
            load_prompt(data)
