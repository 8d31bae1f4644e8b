"""bf16 is taken where its gradient is sound and refused elsewhere."""

import pytest

from tests.support.rendered import token_rows
from tests.support.tiny_models import tiny_model, tiny_prompt
from tsloss_core.tuning import TuningConfig, precision_guard
from tsloss_core.tuning.precision_guard import choose_model

PROMPT = tiny_prompt(2)


def _choose(precision: str = "bf16") -> tuple[object, list[str]]:
    told: list[str] = []
    config = TuningConfig.model_validate({"hyperparameters": {"precision": precision}})
    chosen = choose_model(
        tiny_model(), config, PROMPT, token_rows(), lambda name, _: told.append(name)
    )
    return chosen, told


class TestChooseModel:
    def test_a_sound_gradient_is_taken(self) -> None:
        chosen, told = _choose()
        assert told == ["bf16_accepted"]
        assert chosen._bf16  # type: ignore[attr-defined]

    def test_an_unsound_one_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(precision_guard, "MIN_COSINE", 1.01)
        chosen, told = _choose()
        assert told == ["bf16_refused"]
        assert not chosen._bf16  # type: ignore[attr-defined]

    def test_float32_is_not_probed(self) -> None:
        assert _choose("float32")[1] == []
