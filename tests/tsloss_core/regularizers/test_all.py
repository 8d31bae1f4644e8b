"""What holds for every regulariser: gradients, dtypes, batches, degenerate prompts."""

from typing import Any

import pytest
import torch
from pydantic import ValidationError

from tests.tsloss_core.regularizers.test_tsloss import points
from tsloss_core.regularizers import REGULARIZERS, build_regularizer

VARIANTS: list[dict[str, Any]] = [
    *({"type": name} for name in REGULARIZERS),
    {"type": "tsloss", "include_self_distances": True, "tau": 0.5},
    {"type": "persistence", "h0_measure": "total", "h1_measure": "count_above", "h1_floor": 0.02},
]
SMOOTH = [variant for variant in VARIANTS if variant["type"] != "random_direction"]


def _name(variant: dict[str, Any]) -> str:
    return "-".join(str(value) for value in variant.values())


def loops(seed: int = 0) -> torch.Tensor:
    """A noisy circle in four dimensions: it has a loop."""
    angles = torch.arange(12, dtype=torch.float64) * (torch.pi / 6)
    circle = torch.stack([angles.cos(), angles.sin()], dim=1)
    return torch.cat([circle, torch.zeros(12, 2)], dim=1) + 0.1 * points(12, 4, seed)


def _value_and_gradient(
    variant: dict[str, Any], prompt: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    leaf = prompt.detach().clone().requires_grad_()
    total = build_regularizer(variant)(leaf).total
    (gradient,) = torch.autograd.grad(total.sum(), leaf)
    return total.detach(), gradient


@pytest.mark.parametrize("variant", VARIANTS, ids=_name)
class TestEveryRegularizer:
    def test_float32_gives_what_float64_gives(self, variant: dict[str, Any]) -> None:
        value, gradient = _value_and_gradient(variant, loops())
        value32, gradient32 = _value_and_gradient(variant, loops().float())
        torch.testing.assert_close(value32.double(), value, rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(gradient32.double(), gradient, rtol=1e-5, atol=1e-5)

    def test_bf16_is_computed_in_float32(self, variant: dict[str, Any]) -> None:
        prompt = loops().bfloat16()
        value, gradient = _value_and_gradient(variant, prompt)
        expected, _ = _value_and_gradient(variant, prompt.float())
        assert (value.dtype, gradient.dtype) == (torch.float32, torch.bfloat16)
        torch.testing.assert_close(value, expected)

    def test_a_batch_is_its_members(self, variant: dict[str, Any]) -> None:
        members = [loops(seed) for seed in range(3)]
        regularizer = build_regularizer(variant)
        together = regularizer(torch.stack(members))
        alone = [regularizer(member) for member in members]
        torch.testing.assert_close(together.total, torch.stack([out.total for out in alone]))
        for name, term in together.terms.items():
            torch.testing.assert_close(term, torch.stack([out.terms[name] for out in alone]))

    @pytest.mark.parametrize(
        "prompt",
        [
            torch.zeros(5, 3),
            torch.ones(1, 4),
            torch.ones(4, 3).cumsum(0)[[0, 0, 1, 2]],
            torch.ones(2, 2),
        ],
        ids=["collapsed", "one token", "one repeated", "two equal"],
    )
    def test_degenerate_prompts_have_finite_gradients(
        self, variant: dict[str, Any], prompt: torch.Tensor
    ) -> None:
        value, gradient = _value_and_gradient(variant, prompt)
        assert bool(value.isfinite().all())
        assert bool(gradient.isfinite().all())

    def test_one_token_has_no_structure(self, variant: dict[str, Any]) -> None:
        value, gradient = _value_and_gradient(variant, torch.ones(1, 4))
        if variant["type"] not in ("l2",):
            assert float(value) == 0
            assert not gradient.any()


@pytest.mark.parametrize("variant", SMOOTH, ids=_name)
class TestGradient:
    def test_it_is_that_of_finite_differences(self, variant: dict[str, Any]) -> None:
        regularizer = build_regularizer(variant)
        prompt = loops().requires_grad_()
        assert torch.autograd.gradcheck(lambda p: regularizer(p).total, (prompt,), atol=1e-6)


class TestRandomDirection:
    def test_it_pushes_as_hard_as_its_reference(self) -> None:
        _, push = _value_and_gradient({"type": "random_direction"}, loops())
        _, reference = _value_and_gradient({"type": "tsloss"}, loops())
        assert float(push.norm()) == pytest.approx(float(reference.norm()))

    def test_the_step_chooses_the_direction(self) -> None:
        regularizer = build_regularizer({"type": "random_direction"})
        assert regularizer(loops(), 1).total != regularizer(loops(), 2).total
        assert regularizer(loops(), 1).total == regularizer(loops(), 1).total


class TestEquidistance:
    def test_nearly_equal_distances_keep_their_gradient_in_float32(self) -> None:
        for seed in range(20):
            prompt = 3 * torch.eye(20, dtype=torch.float64) + 1e-3 * points(20, 20, seed)
            value, gradient = _value_and_gradient({"type": "equidistance"}, prompt)
            value32, gradient32 = _value_and_gradient({"type": "equidistance"}, prompt.float())
            torch.testing.assert_close(value32.double(), value, rtol=0.02, atol=0)
            assert torch.cosine_similarity(gradient32.double().ravel(), gradient.ravel(), 0) > 0.99


class TestPersistence:
    def test_its_loop_shrinks_under_descent(self) -> None:
        regularizer = build_regularizer({"type": "persistence", "beta_h0": 0})
        prompt = loops().requires_grad_()
        before = regularizer(prompt).total
        (gradient,) = torch.autograd.grad(before, prompt)
        after = regularizer(prompt - 0.05 * gradient / gradient.norm()).total
        assert after < before

    def test_a_pairing_started_for_another_prompt_is_not_used(self) -> None:
        regularizer = build_regularizer({"type": "persistence"})
        regularizer.start(loops(1))
        fresh = build_regularizer({"type": "persistence"})(loops(2))
        torch.testing.assert_close(regularizer(loops(2)).total, fresh.total)


class TestBuildRegularizer:
    @pytest.mark.parametrize(
        "spec",
        [
            {"type": "tsloss", "weight": -1},
            {"type": "tsloss", "tau": 0},
            {"type": "nothing"},
            {"type": "l2", "tau": 1},
            {},
        ],
    )
    def test_settings_out_of_bounds_are_refused(self, spec: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            build_regularizer(spec)
