"""The quick paths give what a plain full forward pass gives, loss and gradient."""

from typing import Any

import pytest
import torch
from peft import PromptTuningConfig, TaskType, get_peft_model
from torch import Tensor
from torch.profiler import ProfilerActivity, profile

from tests.support.rendered import PAIRS, plain_losses, row, token_rows
from tests.support.tiny_models import CONFIGS, tiny_model
from tsloss_core.tuning import PromptedModel, TokenRow
from tsloss_core.tuning.prompted import Answer


def _prompt(n: int = 5, dtype: torch.dtype = torch.float64, seed: int = 3) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return (0.3 * torch.randn(n, 32, generator=generator, dtype=dtype)).requires_grad_()


def _answers() -> list[Answer]:
    return [Answer(row, row.completion) for row in token_rows()]


class TestLosses:
    @pytest.mark.parametrize("name", CONFIGS)
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_loss_and_gradient_are_those_of_the_plain_pass(self, name: str, placement: str) -> None:
        _assert_as_plain(tiny_model(name), placement, _prompt(dtype=torch.float32), 1e-4)

    @pytest.mark.parametrize("name", CONFIGS)
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_they_are_to_nine_digits_in_float64(
        self, name: str, placement: str, honest_float64: None
    ) -> None:
        _assert_as_plain(tiny_model(name, torch.float64), placement, _prompt(), 1e-9)

    @pytest.mark.parametrize("name", CONFIGS)
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_recomputed_layers_give_the_same_gradient(self, name: str, placement: str) -> None:
        model, prompt = tiny_model(name), _prompt(dtype=torch.float32)
        kept, again = (
            PromptedModel(model, placement, recompute=recompute).losses(prompt, _answers()).sum()
            for recompute in (False, True)
        )
        (expected,), (gradient,) = (torch.autograd.grad(x, prompt) for x in (kept, again))
        torch.testing.assert_close(gradient, expected)
        assert all("forward" not in module.__dict__ for module in model.modules())

    @pytest.mark.parametrize("name", CONFIGS)
    def test_a_head_that_all_rows_share_changes_no_gradient(
        self, name: str, honest_float64: None
    ) -> None:
        model, prompt = tiny_model(name, torch.float64), _prompt()
        rows = token_rows(*[row(f"the same beginning {i}", str(i)) for i in (1, 22, 333)])
        answers = [Answer(row, row.completion) for row in rows]
        together = PromptedModel(model, "prefix").losses(prompt, answers)
        plain = plain_losses(model, prompt, rows, "prefix")
        _assert_same(together, plain, prompt, 1e-9)

    @pytest.mark.parametrize("name", CONFIGS)
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_prompts_that_share_a_pass_each_have_their_own_gradient(
        self, name: str, placement: str, honest_float64: None
    ) -> None:
        model, rows = tiny_model(name, torch.float64), token_rows()
        prompts = [_prompt(seed=seed) for seed in (3, 4)]
        owners, asked = [0, 1, 1, 0], [rows[0], rows[1], rows[0], rows[2]]
        answers = [Answer(row, row.completion) for row in asked]
        shared = PromptedModel(model, placement).losses_of(prompts, owners, answers)
        for own, prompt in enumerate(prompts):
            mine = [i for i, owner in enumerate(owners) if owner == own]
            plain = plain_losses(model, prompt, [asked[i] for i in mine], placement)
            _assert_same(shared[mine], plain, prompt, 1e-9)

    @pytest.mark.parametrize("name", CONFIGS)
    def test_the_untuned_model_is_scored_without_virtual_tokens(self, name: str) -> None:
        model = tiny_model(name)
        quick = PromptedModel(model, "suffix").losses(None, _answers())
        plain = plain_losses(model, None, token_rows(), "suffix")
        torch.testing.assert_close(quick, plain, rtol=1e-4, atol=1e-4)

    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_a_row_does_not_depend_on_its_batch(self, placement: str) -> None:
        prompted = PromptedModel(tiny_model(), placement)
        together = prompted.losses(_prompt(dtype=torch.float32), _answers())
        for i, answer in enumerate(_answers()):
            alone = prompted.losses(_prompt(dtype=torch.float32), [answer])
            torch.testing.assert_close(together[i], alone[0], rtol=1e-5, atol=1e-5)

    def test_no_weight_of_the_base_gets_a_gradient(self) -> None:
        model = tiny_model()
        PromptedModel(model, "prefix").losses(
            _prompt(dtype=torch.float32), _answers()
        ).sum().backward()
        assert all(parameter.grad is None for parameter in model.parameters())

    @pytest.mark.parametrize("name", CONFIGS)
    def test_a_prefix_step_is_that_of_peft(self, name: str) -> None:
        model, prompt = tiny_model(name), _prompt(dtype=torch.float32)
        rows = token_rows(*[row(PAIRS[0][0], PAIRS[0][1]), row(PAIRS[3][0], PAIRS[3][1])])
        answers = [Answer(row, row.completion) for row in rows]
        ours = PromptedModel(model, "prefix").losses(prompt, answers).sum()
        (gradient,) = torch.autograd.grad(ours, prompt)
        loss, theirs = _peft_step(model, prompt, rows)
        torch.testing.assert_close(ours.detach(), loss, rtol=1e-4, atol=1e-4)
        assert (gradient - theirs).norm() <= 1e-4 * theirs.norm()


def _assert_as_plain(model: object, placement: str, prompt: Tensor, tolerance: float) -> None:
    quick = PromptedModel(model, placement).losses(prompt, _answers())
    plain = plain_losses(model, prompt, token_rows(), placement)
    _assert_same(quick, plain, prompt, tolerance)


def _assert_same(quick: Tensor, plain: Tensor, prompt: Tensor, tolerance: float) -> None:
    """The losses and their gradient in the prompt, relative to the plain pass's."""
    torch.testing.assert_close(quick, plain, rtol=tolerance, atol=tolerance)
    (quick_gradient,) = torch.autograd.grad(quick.sum(), prompt, retain_graph=True)
    (gradient,) = torch.autograd.grad(plain.sum(), prompt)
    assert (quick_gradient - gradient).norm() <= tolerance * gradient.norm()


def _peft_step(model: object, prompt: Tensor, rows: list) -> tuple[Tensor, Tensor]:
    """PEFT's PromptTuning on rows of equal length, so that it pads nothing."""
    config = PromptTuningConfig(task_type=TaskType.CAUSAL_LM, num_virtual_tokens=len(prompt))
    peft = get_peft_model(model, config)  # type: ignore[arg-type]
    weight = peft.prompt_encoder["default"].embedding.weight
    weight.data.copy_(prompt.detach())
    ids = torch.tensor([row.context + row.rest + row.completion for row in rows])
    labels = ids.clone()
    for i, tokens in enumerate(rows):
        labels[i, : -len(tokens.completion)] = -100
    count = sum(len(tokens.completion) for tokens in rows)
    loss = peft(input_ids=ids, attention_mask=torch.ones_like(ids), labels=labels).loss * count
    loss.backward()
    return loss.detach(), weight.grad


class TestAsk:
    @pytest.mark.parametrize("name", CONFIGS)
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_each_row_has_the_logits_it_has_alone(self, name: str, placement: str) -> None:
        model, prompt, rows = tiny_model(name), _prompt(dtype=torch.float32), token_rows()
        prompted, tokens = PromptedModel(model, placement), torch.tensor([9, 80, 33, 5])
        past, first = prompted.ask(prompt, rows)
        longer, second = prompted.advance(past, tokens)
        _, third = prompted.advance(longer.of(torch.tensor([3, 0])), tokens[:2])
        plain = [_plain_logits(model, prompt, row, placement, ()) for row in rows]
        torch.testing.assert_close(first, torch.stack(plain), rtol=1e-4, atol=1e-4)
        said = zip(rows, tokens.tolist(), strict=True)
        plain = [_plain_logits(model, prompt, row, placement, (token,)) for row, token in said]
        torch.testing.assert_close(second, torch.stack(plain), rtol=1e-4, atol=1e-4)
        plain = [
            _plain_logits(model, prompt, rows[3], placement, (5, 9)),
            _plain_logits(model, prompt, rows[0], placement, (9, 80)),
        ]
        torch.testing.assert_close(third, torch.stack(plain), rtol=1e-4, atol=1e-4)


@torch.no_grad()
def _plain_logits(
    model: Any, prompt: Tensor, row: TokenRow, placement: str, said: tuple[int, ...]
) -> Tensor:
    embedding = model.get_input_embeddings()
    context, after = (embedding(torch.tensor(ids)) for ids in (row.context, row.rest + said))
    parts = [prompt, context] if placement == "prefix" else [context, prompt]
    sequence = torch.cat([*parts, after]).unsqueeze(0)
    return model(inputs_embeds=sequence, use_cache=False).logits[0, -1]


class TestAttention:
    @pytest.mark.parametrize(("few", "fused"), [(256, False), (0, True)])
    def test_few_tokens_are_attended_to_by_products_in_bf16(
        self, monkeypatch: pytest.MonkeyPatch, few: int, fused: bool
    ) -> None:
        monkeypatch.setattr("tsloss_core.tuning.prompted.FEW_TOKENS", few)
        assert _fuses_attention(PromptedModel(tiny_model("llama"), "prefix", bf16=True)) is fused

    def test_float32_keeps_the_fused_kernel(self) -> None:
        assert _fuses_attention(PromptedModel(tiny_model("llama"), "prefix"))


def _fuses_attention(prompted: PromptedModel) -> bool:
    with profile(activities=[ProfilerActivity.CPU]) as recorded:
        prompted.losses(_prompt(dtype=torch.float32), _answers())
    return any("flash_attention" in event.key for event in recorded.key_averages())
