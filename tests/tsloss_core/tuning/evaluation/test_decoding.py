"""Decoding many rows at once says what each row alone would say, and computes no ended row."""

from typing import Any

import pytest
import torch
from torch import Tensor

from tests.support.rendered import row, token_rows
from tests.support.tiny_models import CONFIGS, tiny_model
from tsloss_core.tuning import PromptedModel, TokenRow
from tsloss_core.tuning.evaluation.decoding import decode
from tsloss_core.tuning.past import Past


def _prompt() -> Tensor:
    return 1.5 * torch.randn(5, 32, generator=torch.Generator().manual_seed(3))


class Counting(PromptedModel):
    """Notes how many rows each decoding step computes."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.computed: list[int] = []

    def advance(self, past: Past, tokens: Tensor) -> tuple[Past, Tensor]:
        self.computed.append(len(tokens))
        return super().advance(past, tokens)


class TestDecode:
    @pytest.mark.parametrize("name", CONFIGS)
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_rows_of_all_lengths_say_what_they_say_alone(self, name: str, placement: str) -> None:
        model, prompt, rows = tiny_model(name), _prompt(), token_rows()
        decoded = decode(PromptedModel(model, placement), prompt, rows, 6, end=None)
        for tokens, ids in zip(rows, decoded, strict=True):
            assert list(ids) == _plain_greedy(model, prompt, tokens, placement, 6)

    def test_the_untuned_model_is_asked_without_virtual_tokens(self) -> None:
        model, rows = tiny_model(), token_rows()
        decoded = decode(PromptedModel(model, "suffix"), None, rows, 4, end=None)
        for tokens, ids in zip(rows, decoded, strict=True):
            assert list(ids) == _plain_greedy(model, _prompt()[:0], tokens, "suffix", 4)

    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_a_row_that_ended_is_computed_no_further(self, placement: str) -> None:
        model, prompt, rows = tiny_model(), _prompt(), token_rows()
        whole = decode(PromptedModel(model, placement), prompt, rows, 8, end=None)
        end = whole[2][1]
        counting = Counting(model, placement)
        decoded = decode(counting, prompt, rows, 8, end=end)
        expected = [ids[: ids.index(end)] if end in ids else ids for ids in whole]
        assert decoded == expected
        lengths = [len(ids) + (end in long) for ids, long in zip(expected, whole, strict=True)]
        assert counting.computed == [sum(n > step for n in lengths) for step in range(1, 8)]
        assert 0 < counting.computed[-1] < counting.computed[0]

    @pytest.mark.parametrize("name", ["gpt2", "llama"])
    def test_it_ends_at_the_last_position_that_the_model_knows(self, name: str) -> None:
        rows = token_rows(row("x" * 90, "y"), row("x", "y"))
        prompted = PromptedModel(tiny_model(name), "suffix")
        long, short = decode(prompted, _prompt(), rows, 60, end=None)
        question = 5 + len(rows[0].context) + len(rows[0].rest)
        assert len(long) == prompted.window - question + 1
        assert len(short) == 60

    def test_it_stops_with_what_there_is(self) -> None:
        prompted = PromptedModel(tiny_model(), "suffix")
        decoded = decode(prompted, _prompt(), token_rows(), 8, None, lambda: "cancel")
        assert [len(ids) for ids in decoded] == [1, 1, 1, 1]


def _plain_greedy(model: Any, prompt: Tensor, row: TokenRow, placement: str, n: int) -> list[int]:
    embedding = model.get_input_embeddings()
    context, rest = (embedding(torch.tensor(ids)) for ids in (row.context, row.rest))
    parts = [prompt, context] if placement == "prefix" else [context, prompt]
    sequence, chosen = torch.cat([*parts, rest]), []
    for _ in range(n):
        logits = model(inputs_embeds=sequence.unsqueeze(0), use_cache=False).logits[0, -1]
        chosen.append(int(logits.argmax()))
        sequence = torch.cat([sequence, embedding(torch.tensor(chosen[-1:]))])
    return chosen
