"""A job that the machine's memory cannot hold is refused before it starts."""

from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from tests.support.rendered import row, token_rows
from tests.support.tiny_models import tiny_model, tiny_tokenizer
from tsloss_core.models import LoadedBase
from tsloss_core.tuning import CacheLimits, TuningConfig, bf16_weight_bytes, contexts_bytes
from worker.errors import JobFailedError
from worker.memory import SHARE, run_limits

ROWS = token_rows(row("one", "a"), row("two", "b"), row("one", "b"))
BASE = LoadedBase(tiny_model(), tiny_tokenizer(), None)


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set what the machine seems to have free."""

    def to(available: int) -> None:
        memory = SimpleNamespace(available=available)
        monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)

    return to


def _limits(placement: Any, budget: int = 1 << 40) -> int | None:
    config = TuningConfig(placement=placement)
    return run_limits(BASE, ROWS, config, CacheLimits(budget)).step_bytes


class TestRunLimits:
    def test_what_the_contexts_take_is_set_aside(self, free: Any) -> None:
        free(1 << 30)
        wanted = contexts_bytes(BASE.model.config, ROWS, TuningConfig(placement="suffix"))
        assert _limits("suffix") == int(SHARE * ((1 << 30) - wanted))
        assert _limits("suffix", budget=1000) == int(SHARE * ((1 << 30) - 1000))
        assert _limits("prefix") == int(SHARE * (1 << 30))

    def test_weights_in_bf16_are_set_aside(self, free: Any) -> None:
        free(1 << 30)
        settings = {"placement": "prefix", "hyperparameters": {"precision": "bf16"}}
        config = TuningConfig.model_validate(settings)
        limits = run_limits(BASE, ROWS, config, CacheLimits())
        assert limits.step_bytes == int(SHARE * ((1 << 30) - bf16_weight_bytes(BASE.model)))

    def test_equal_contexts_are_kept_once(self) -> None:
        config = TuningConfig(placement="suffix")
        once = contexts_bytes(BASE.model.config, ROWS[:2], config)
        assert contexts_bytes(BASE.model.config, ROWS, config) == once
        heads, width, layers = 2, 8, 2
        assert once == 4 * 2 * heads * width * layers * sum(len(r.context) for r in ROWS[:2])

    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_a_row_that_does_not_fit_is_refused_with_the_estimate(
        self, free: Any, placement: str
    ) -> None:
        free(10_000)
        with pytest.raises(JobFailedError, match="a row takes about 1 MiB in a step") as caught:
            _limits(placement)
        assert caught.value.code == "out_of_memory"
