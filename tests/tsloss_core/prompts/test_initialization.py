"""How a prompt starts."""

import pytest
import torch

from tests.support.tiny_models import tiny_model, tiny_tokenizer
from tsloss_core.prompts import embed, initial_prompt, nearest_tokens
from tsloss_core.spec.initialization import (
    CheckpointInit,
    InitSpec,
    NormalInit,
    TextInit,
    VocabularyInit,
)


def _start(init: InitSpec, n: int = 6, seed: int = 0, name: str = "llama") -> torch.Tensor:
    return initial_prompt(init, n, seed, tiny_model(name), tiny_tokenizer())


class TestInitialPrompt:
    def test_vocabulary_draws_embeddings_of_ordinary_tokens(self) -> None:
        found = nearest_tokens(_start(VocabularyInit()), tiny_model(), tiny_tokenizer())
        special = tiny_tokenizer().all_special_ids
        assert all(token.distance < 1e-5 and token.token_id not in special for token in found)
        assert len({token.token_id for token in found}) == 6

    def test_normal_has_the_asked_spread(self) -> None:
        prompt = _start(NormalInit(std=0.02), n=512)
        assert float(prompt.std()) == pytest.approx(0.02, rel=0.05)

    def test_text_is_repeated_to_length(self) -> None:
        prompt = _start(TextInit(text="ab"), n=5)
        assert torch.equal(prompt[0], prompt[2])
        assert torch.equal(prompt[1], prompt[3])

    def test_the_seed_decides(self) -> None:
        assert torch.equal(_start(VocabularyInit()), _start(VocabularyInit()))
        assert not torch.equal(_start(VocabularyInit()), _start(VocabularyInit(), seed=1))

    def test_a_model_that_scales_its_embeddings_is_heard(self) -> None:
        model = tiny_model("gemma")
        ids = torch.tensor([5])
        assert torch.equal(embed(model, ids), model.get_input_embeddings()(ids).float())

    def test_a_checkpoint_must_be_given(self) -> None:
        with pytest.raises(ValueError, match="stored prompt"):
            _start(CheckpointInit(id="ftckpt-a"))
