"""The estimate is near what a step really keeps, and a job that cannot fit is refused."""

from typing import Any

import psutil
import pytest
import torch

from tests.support.rendered import row, token_rows
from tests.support.tiny_models import CONFIGS, tiny_model, tiny_tokenizer
from tests.tsloss_core.tuning.test_tune import ROWS, _config
from tsloss_core.tuning import Limits, OutOfMemoryError, PromptedModel, tune
from tsloss_core.tuning.memory import row_bytes, widths_of
from tsloss_core.tuning.prompted import Answer


def _kept_bytes(name: str, placement: Any) -> tuple[int, int]:
    """Return the bytes that autograd really keeps of a step without weights, and the estimate."""
    model, rows = tiny_model(name), token_rows(*[row(f"{i}" * 40, "b" * 8) for i in range(8)])
    weights = {p.untyped_storage().data_ptr() for p in model.parameters()}
    kept: dict[int, int] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    prompted = PromptedModel(model, placement)
    prompt = torch.randn(16, 32).requires_grad_()
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        losses = prompted.losses(prompt, [Answer(r, r.completion) for r in rows])
    assert losses.requires_grad
    widths = widths_of(model.config)
    return sum(kept.values()), sum(row_bytes(widths, r, 16, placement) for r in rows)


class TestRowBytes:
    @pytest.mark.parametrize("name", CONFIGS)
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_it_is_near_what_autograd_keeps(self, name: str, placement: str) -> None:
        kept, estimate = _kept_bytes(name, placement)
        assert kept / 2 < estimate < 3 * kept


class TestTune:
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_memory_does_not_grow_with_the_steps(self, placement: str) -> None:
        used: list[int] = []
        config = _config(
            placement=placement,
            hyperparameters={"n_epochs": 100},
            evaluation={"every_epochs": 50, "max_new_tokens": 3},
            snapshots={"every_epochs": 50},
        )
        tune(
            tiny_model(),
            tiny_tokenizer(),
            [row(f"{i}" * 60, "a" * 8) for i in range(6)],
            config,
            on_step=lambda _: used.append(psutil.Process().memory_info().rss),
        )
        assert len(used) == 300
        assert max(used[50:]) - max(used[:50]) < 8 << 20


class TestStepBytes:
    def test_a_row_that_cannot_fit_is_refused_with_the_estimate(self) -> None:
        with pytest.raises(OutOfMemoryError, match=r"about \d+ MiB in a step, 0 MiB are free"):
            _tune(Limits(step_bytes=1000))

    def test_a_small_memory_cuts_the_batch_and_changes_little(self) -> None:
        told: list[tuple[str, dict[str, float]]] = []
        widths = widths_of(tiny_model().config)
        one = row_bytes(widths, token_rows(*ROWS)[0], 4, "suffix")
        cut = _tune(Limits(step_bytes=one), on_event=lambda *event: told.append(event))
        ((name, figures),) = told
        assert name == "micro_batch_cut"
        assert figures["tokens_at_once"] < figures["tokens"]
        assert cut.state.tokens_at_once == figures["tokens_at_once"]
        torch.testing.assert_close(cut.prompt, _tune(Limits()).prompt, rtol=1e-3, atol=1e-4)

    def test_a_large_one_changes_nothing(self) -> None:
        assert torch.equal(_tune(Limits(step_bytes=1 << 40)).prompt, _tune(Limits()).prompt)


def _tune(limits: Limits, **given: Any) -> Any:
    return tune(tiny_model(), tiny_tokenizer(), ROWS, _config(), limits=limits, **given)
