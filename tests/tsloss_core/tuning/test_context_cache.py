"""What is kept of a context has the same bits wherever it is kept, or if it is not."""

import errno
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from tests.support.rendered import token_rows
from tests.support.tiny_models import CONFIGS, tiny_model
from tsloss_core.tuning import CacheLimits, PromptedModel
from tsloss_core.tuning.context_cache import ContextCache
from tsloss_core.tuning.past import Layers
from tsloss_core.tuning.prompted import Answer

CONTEXT, OTHER = (9, 30, 41, 7), (9, 30, 8)


class Counting(ContextCache):
    """Notes which contexts are computed."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.computed: list[tuple[int, ...]] = []

    def _compute(self, context: tuple[int, ...]) -> Layers:
        self.computed.append(context)
        return super()._compute(context)


def _flat(layers: Layers) -> Tensor:
    return torch.cat([part.flatten() for layer in layers for part in layer])


def _size(layers: Layers) -> int:
    return sum(keys.nbytes + values.nbytes for keys, values in layers)


class TestGet:
    def test_a_context_within_the_budget_is_computed_once(self) -> None:
        cache = Counting(tiny_model(), CacheLimits())
        first, again = cache.get(CONTEXT), cache.get(CONTEXT)
        assert first is again
        assert cache.computed == [CONTEXT]

    def test_the_budget_is_kept(self) -> None:
        room = _size(ContextCache(tiny_model(), CacheLimits()).get(CONTEXT))
        cache = Counting(tiny_model(), CacheLimits(budget_bytes=room))
        for context in (CONTEXT, OTHER, CONTEXT, OTHER):
            cache.get(context)
        assert cache.computed == [CONTEXT, OTHER, OTHER]

    @pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
    def test_what_is_spilled_is_computed_once_and_has_the_same_bits(
        self, dtype: torch.dtype, tmp_path: Path
    ) -> None:
        model = tiny_model(dtype=dtype)
        cache = Counting(model, CacheLimits(budget_bytes=0, spill=tmp_path))
        computed = [cache.get(context) for context in (CONTEXT, OTHER)]
        read = [cache.get(context) for context in (CONTEXT, OTHER)]
        for one, other in zip(computed, read, strict=True):
            assert torch.equal(_flat(one), _flat(other))
        assert cache.computed == [CONTEXT, OTHER]

    def test_a_killed_process_leaves_no_file(self, tmp_path: Path) -> None:
        cache = ContextCache(tiny_model(), CacheLimits(budget_bytes=0, spill=tmp_path))
        cache.get(CONTEXT)
        assert list(tmp_path.iterdir()) == []

    def test_a_full_disk_means_computing_anew(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The full disk is injected."""
        cache = Counting(tiny_model(), CacheLimits(budget_bytes=0, spill=tmp_path))
        before = _flat(cache.get(CONTEXT))
        monkeypatch.setattr(cache._file, "_file", FullDisk(cache._file._file))  # type: ignore[union-attr]
        for _ in range(2):
            cache.get(OTHER)
            assert torch.equal(_flat(cache.get(CONTEXT)), before)
        assert cache.computed == [CONTEXT, OTHER, OTHER]


class FullDisk:
    """A file that can be read and not written."""

    def __init__(self, file: Any) -> None:
        self.seek, self.read = file.seek, file.read

    def write(self, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


class TestLosses:
    @pytest.mark.parametrize("spills", [False, True])
    def test_a_small_budget_changes_no_bit(self, spills: bool, tmp_path: Path) -> None:
        limits = CacheLimits(budget_bytes=1000, spill=tmp_path if spills else None)
        roomy = _step(PromptedModel(tiny_model(), "suffix"))
        tight = PromptedModel(tiny_model(), "suffix", limits)
        for _ in range(2):
            assert torch.equal(_step(tight), roomy)

    @pytest.mark.parametrize("name", CONFIGS)
    def test_under_autocast_bf16_contexts_change_no_bit(self, name: str) -> None:
        prompted = PromptedModel(tiny_model(name), "suffix", bf16=True)
        kept = _step(prompted)
        assert {part.dtype for part in _parts(prompted)} == {torch.bfloat16}
        unrounded = PromptedModel(tiny_model(name), "suffix", bf16=True)
        unrounded._contexts._dtype = torch.float32
        assert torch.equal(_step(unrounded), kept)
        assert {part.dtype for part in _parts(unrounded)} == {torch.float32}


def _parts(prompted: PromptedModel) -> list[Tensor]:
    kept = prompted._contexts._kept.values()
    return [part for layers in kept for layer in layers for part in layer]


def _step(prompted: PromptedModel) -> Tensor:
    """The losses, and the gradient behind them."""
    generator = torch.Generator().manual_seed(3)
    prompt = (0.3 * torch.randn(5, 32, generator=generator)).requires_grad_()
    losses = prompted.losses(prompt, [Answer(row, row.completion) for row in token_rows()])
    (gradient,) = torch.autograd.grad(losses.sum(), prompt)
    return torch.cat([losses.detach(), gradient.flatten()])
