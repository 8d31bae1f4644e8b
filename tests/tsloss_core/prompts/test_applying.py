"""A stored prompt in plain transformers answers as it does here."""

import pytest
import torch

from tests.support.rendered import CLOCK, row, token_rows
from tests.support.tiny_models import CONFIGS, tiny_model, tiny_prompt, tiny_recipe, tiny_tokenizer
from tsloss_core.prompts import Recipe, apply_prompt, load_prompt, save_prompt
from tsloss_core.tuning import PromptedModel, render_rows
from tsloss_core.tuning.evaluation.decoding import decode

PROMPT = tiny_prompt(1, scale=1)


def _stored(placement: str, chat: bool = True) -> tuple[torch.Tensor, Recipe]:
    return load_prompt(save_prompt(PROMPT, tiny_recipe(placement, chat)))


class TestApplyPrompt:
    @pytest.mark.parametrize("name", CONFIGS)
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_plain_generation_is_ours(self, name: str, placement: str) -> None:
        model, tokenizer = tiny_model(name), tiny_tokenizer()
        embeddings = apply_prompt(model, tokenizer, "2+2=", *_stored(placement))
        theirs = model.generate(
            inputs_embeds=embeddings[None], max_new_tokens=6, do_sample=False, eos_token_id=None
        )
        rows = token_rows(row("2+2=", "4"))
        ours = decode(PromptedModel(model, placement), PROMPT, rows, 6, end=None)  # type: ignore[arg-type]
        assert theirs[0].tolist() == list(ours[0])

    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_without_a_template_too(self, placement: str) -> None:
        model, tokenizer = tiny_model(), tiny_tokenizer(chat=False)
        embeddings = apply_prompt(model, tokenizer, "2+2=", *_stored(placement, chat=False))
        (rendered,) = render_rows(tokenizer, [row("2+2=", "4")], clock=CLOCK, max_tokens=100)
        assert len(embeddings) == len(rendered.context) + len(PROMPT) + len(rendered.rest)

    def test_a_conversation_may_have_more_turns(self) -> None:
        said = [("system", "be brief"), ("user", "hm"), ("assistant", "no"), ("user", "2+2=")]
        messages = [{"role": role, "content": content} for role, content in said]
        model, tokenizer = tiny_model(), tiny_tokenizer()
        embeddings = apply_prompt(model, tokenizer, messages, *_stored("suffix"))
        text = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
        count = len(tokenizer(text, add_special_tokens=False)["input_ids"])
        assert embeddings.shape == (count + len(PROMPT), 32)
        assert torch.equal(embeddings[-len(PROMPT) - 2 : -2], PROMPT)  # "</s><assistant>" follows

    def test_it_has_the_models_dtype(self) -> None:
        model = tiny_model(dtype=torch.bfloat16)
        embeddings = apply_prompt(model, tiny_tokenizer(), "hm", *_stored("prefix"))
        assert embeddings.dtype == torch.bfloat16

    def test_another_template_is_refused(self) -> None:
        tokenizer = tiny_tokenizer()
        tokenizer.chat_template += " "
        with pytest.raises(ValueError, match="another chat template"):
            apply_prompt(tiny_model(), tokenizer, "hm", *_stored("suffix"))

    def test_another_width_is_refused(self) -> None:
        prompt, recipe = _stored("suffix")
        with pytest.raises(ValueError, match=r"\(4, 31\), the model width 32"):
            apply_prompt(tiny_model(), tiny_tokenizer(), "hm", prompt[:, :31], recipe)

    @pytest.mark.parametrize("messages", [[], [{"role": "assistant", "content": "no"}]])
    def test_a_conversation_must_end_with_the_user(self, messages: list[dict[str, str]]) -> None:
        with pytest.raises(ValueError, match="user's message"):
            apply_prompt(tiny_model(), tiny_tokenizer(), messages, *_stored("suffix"))
