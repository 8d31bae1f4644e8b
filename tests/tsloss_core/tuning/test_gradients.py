"""A batch that the memory does not hold is halved until it fits."""

from collections.abc import Sequence

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from tests.support.rendered import plain_losses, token_rows
from tests.support.tiny_models import tiny_model, tiny_prompt
from tsloss_core.prompts import Placement
from tsloss_core.tuning import OutOfMemoryError, PromptedModel
from tsloss_core.tuning.gradients import GradientSource, Request, cut
from tsloss_core.tuning.prompted import Answer


class SmallMemory(PromptedModel):
    """Stands for a device that holds two rows; no accelerator can be had here."""

    room = 2

    def losses_of(
        self, prompts: Sequence[Tensor], owners: Sequence[int], answers: Sequence[Answer]
    ) -> Tensor:
        if len(answers) > self.room:
            raise torch.OutOfMemoryError
        return super().losses_of(prompts, owners, answers)


def _request() -> Request:
    return Request(tiny_prompt(2).requires_grad_(), [Answer(r, r.completion) for r in token_rows()])


class TestGradients:
    def test_halves_give_what_the_whole_gives(self) -> None:
        told: list[tuple[str, dict[str, float]]] = []
        small = SmallMemory(tiny_model(), "suffix")
        source = GradientSource(small, lambda name, figures: told.append((name, figures)))
        request = _request()
        ((loss, gradient),) = source.gradients([request])
        roomy = GradientSource(PromptedModel(tiny_model(), "suffix"))
        ((expected, expected_gradient),) = roomy.gradients([request])
        assert loss == pytest.approx(expected, rel=1e-5)
        torch.testing.assert_close(gradient, expected_gradient, rtol=1e-4, atol=1e-5)
        assert {name for name, _ in told} == {"micro_batch_cut"}
        assert source.tokens_at_once == told[-1][1]["tokens_at_once"]

    def test_a_row_that_does_not_fit_ends_the_run(self) -> None:
        small = SmallMemory(tiny_model(), "suffix")
        small.room = 0
        with pytest.raises(OutOfMemoryError, match="not even one row") as caught:
            GradientSource(small).gradients([_request()])
        assert caught.value.code == "out_of_memory"

    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    @pytest.mark.parametrize("tokens_at_once", [1, 60, 90])
    def test_a_token_budget_changes_no_gradient(
        self, placement: Placement, tokens_at_once: int, honest_float64: None
    ) -> None:
        model = tiny_model(dtype=torch.float64)
        request = Request(tiny_prompt(2).double().requires_grad_(), _request().answers)
        counting = Counting(model, placement)
        source = GradientSource(counting, tokens_at_once=tokens_at_once)
        ((loss, gradient),) = source.gradients([request])
        assert counting.passes > 1
        plain = plain_losses(model, request.prompt, token_rows(), placement).sum()
        (expected,) = torch.autograd.grad(plain, request.prompt)
        assert loss == pytest.approx(float(plain.detach()), rel=1e-9)
        assert (gradient - expected).norm() <= 1e-9 * expected.norm()


class Counting(PromptedModel):
    """Counts its passes."""

    passes = 0

    def losses_of(
        self, prompts: Sequence[Tensor], owners: Sequence[int], answers: Sequence[Answer]
    ) -> Tensor:
        self.passes += 1
        return super().losses_of(prompts, owners, answers)


class TestCut:
    @given(st.lists(st.integers(1, 50), min_size=1, max_size=20), st.integers(1, 200))
    def test_every_row_comes_once_and_only_a_lone_one_is_over_the_budget(
        self, lengths: list[int], budget: int
    ) -> None:
        passes = cut(lengths, budget)
        assert [i for part in passes for i in range(len(lengths))[part]] == [*range(len(lengths))]
        for part in passes:
            rows = lengths[part]
            assert len(rows) == 1 or len(rows) * max(rows) <= budget

    def test_without_a_budget_there_is_one_pass(self) -> None:
        assert cut([3, 4, 5], None) == [slice(0, 3)]
