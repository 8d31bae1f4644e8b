"""Co-tuned runs are the runs alone; one that fails leaves the others be."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from tests.support.tiny_models import tiny_model, tiny_prompt, tiny_tokenizer
from tests.tsloss_core.tuning.test_tune import ROWS, _config
from tsloss_core.tuning import (
    Callbacks,
    DivergedError,
    OutOfMemoryError,
    PromptedModel,
    StateError,
    TuningResult,
    TuningState,
    tune,
    tune_many,
)

FIFTY = {"n_epochs": 17, "batch_size": 2, "learning_rate": 5e-3}
"""51 steps on six rows."""


def _variants(placement: str) -> list[Any]:
    l2 = {"type": "l2", "weight": 0.1}
    quick = {**FIFTY, "learning_rate": 2e-2}
    return [
        _config(placement=placement, hyperparameters=FIFTY),
        _config(placement=placement, hyperparameters=FIFTY, seed=5),
        _config(placement=placement, hyperparameters=FIFTY, regularizer=l2),
        _config(placement=placement, hyperparameters=quick),
    ]


class TestTuneMany:
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_each_prompt_is_the_one_tuned_alone(self, placement: str) -> None:
        model, configs = tiny_model(), _variants(placement)
        together = tune_many(model, tiny_tokenizer(), ROWS, configs)
        for config, result in zip(configs, together, strict=True):
            told: list[Any] = []
            alone = tune(model, tiny_tokenizer(), ROWS, config, on_snapshot=told.append)
            assert isinstance(result, TuningResult)
            moved = (alone.prompt - torch.from_numpy(told[0].prompt)).norm()
            assert (result.prompt - alone.prompt).norm() <= 1e-3 * moved
            assert [m.step for m in result.history] == [m.step for m in alone.history]

    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_in_float64_they_agree_to_eight_digits(
        self, placement: str, honest_float64: None
    ) -> None:
        model, configs = tiny_model(dtype=torch.float64), _variants(placement)
        for config, result in zip(
            configs, tune_many(model, tiny_tokenizer(), ROWS, configs), strict=True
        ):
            alone = tune(model, tiny_tokenizer(), ROWS, config).prompt
            assert isinstance(result, TuningResult)
            assert alone.dtype == torch.float64
            assert (result.prompt - alone).norm() <= 1e-8 * alone.norm()

    def test_one_that_diverges_leaves_the_others_be(self) -> None:
        config = _config()
        state = tune(tiny_model(), tiny_tokenizer(), ROWS, config, should_stop=lambda: "x").state
        broken = replace(state, prompt=torch.full_like(state.prompt, torch.nan))
        calm, failed = tune_many(
            tiny_model(), tiny_tokenizer(), ROWS, [config, config], states=[None, broken]
        )
        assert isinstance(failed, DivergedError)
        assert isinstance(calm, TuningResult)
        assert calm.state.step == 12

    def test_one_that_stops_leaves_the_others_be(self) -> None:
        done: list[int] = []
        callbacks = [
            Callbacks(
                on_step=lambda m: done.append(m.step),
                should_stop=lambda: "cancel" if len(done) == 3 else None,
            ),
            Callbacks(),
        ]
        results = tune_many(
            tiny_model(), tiny_tokenizer(), ROWS, [_config(), _config(seed=1)], callbacks=callbacks
        )
        ends = [(r.stopped, r.state.step) for r in results if isinstance(r, TuningResult)]
        assert ends == [("cancel", 3), (None, 12)]

    def test_each_member_starts_from_its_own_prompt(self) -> None:
        given = tiny_prompt(7)
        starts: list[list[Any]] = [[], []]
        tune_many(
            tiny_model(),
            tiny_tokenizer(),
            ROWS,
            [_config(), _config()],
            initial_prompts=[given, None],
            callbacks=[Callbacks(on_snapshot=told.append) for told in starts],
        )
        first, second = (torch.from_numpy(told[0].prompt) for told in starts)
        assert torch.equal(first, given)
        assert not torch.equal(second, given)

    def test_a_callback_that_fails_ends_its_own_run(self) -> None:
        def lost(_: Any) -> None:
            raise ConnectionError("the lease is lost")

        failed, calm = tune_many(
            tiny_model(),
            tiny_tokenizer(),
            ROWS,
            [_config(), _config(seed=1)],
            callbacks=[Callbacks(on_step=lost), Callbacks()],
        )
        assert isinstance(failed, ConnectionError)
        assert isinstance(calm, TuningResult)

    def test_a_state_that_does_not_fit_ends_its_own_run(self) -> None:
        other = _tune_alone(_config(seed=9)).state
        calm, failed = tune_many(
            tiny_model(), tiny_tokenizer(), ROWS, [_config(), _config()], states=[None, other]
        )
        assert isinstance(failed, StateError)
        assert isinstance(calm, TuningResult)

    def test_a_paused_member_goes_on_alone(self) -> None:
        configs = [_config(), _config(seed=1)]
        paused = _pause_first(configs, at=5)
        alone = _tune_alone(configs[0], state=paused)
        _assert_near(alone, _tune_alone(configs[0]))
        assert [m.step for m in alone.history] == list(range(6, 13))

    def test_members_go_on_together_from_different_steps(self) -> None:
        configs = [_config(), _config(seed=1)]
        paused = _pause_first(configs, at=5)
        results = tune_many(tiny_model(), tiny_tokenizer(), ROWS, configs, states=[paused, None])
        for config, result in zip(configs, results, strict=True):
            assert isinstance(result, TuningResult)
            _assert_near(result, _tune_alone(config))

    def test_prompts_of_other_sizes_are_refused(self) -> None:
        with pytest.raises(ValueError, match="agree"):
            tune_many(
                tiny_model(), tiny_tokenizer(), ROWS, [_config(), _config(num_virtual_tokens=5)]
            )


def _tune_alone(config: Any, **given: Any) -> TuningResult:
    return tune(tiny_model(), tiny_tokenizer(), ROWS, config, **given)


def _pause_first(configs: list[Any], at: int) -> TuningState:
    """Co-tune, pause the first after some steps, and return its state as it is stored."""
    done: list[int] = []
    pausing = Callbacks(
        on_step=lambda m: done.append(m.step),
        should_stop=lambda: "pause" if len(done) == at else None,
    )
    callbacks = [pausing, *[Callbacks() for _ in configs[1:]]]
    paused, calm = tune_many(tiny_model(), tiny_tokenizer(), ROWS, configs, callbacks=callbacks)
    assert isinstance(paused, TuningResult)
    assert isinstance(calm, TuningResult)
    assert (paused.stopped, calm.stopped) == ("pause", None)
    return TuningState.from_bytes(paused.state.to_bytes())


def _assert_near(result: TuningResult, alone: TuningResult) -> None:
    assert (result.prompt - alone.prompt).norm() <= 1e-4 * alone.prompt.norm()


class TestOnEnd:
    def test_a_run_tells_of_its_end_while_others_go_on(self) -> None:
        steps: list[int] = []
        ends: list[tuple[int, object]] = []
        quick = _config(hyperparameters={"n_epochs": 1, "batch_size": 2})
        callbacks = [
            Callbacks(on_end=lambda end: ends.append((len(steps), end))),
            Callbacks(on_step=lambda m: steps.append(m.step)),
        ]
        first, _ = tune_many(
            tiny_model(), tiny_tokenizer(), ROWS, [quick, _config(seed=1)], callbacks=callbacks
        )
        ((done, end),) = ends
        assert end is first
        assert done < len(steps) == 12

    def test_where_no_row_fits_every_run_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ends: list[object] = []

        def full(*_: object) -> None:
            raise torch.OutOfMemoryError

        monkeypatch.setattr(PromptedModel, "losses_of", full)
        told = [Callbacks(on_end=ends.append), Callbacks(on_end=ends.append)]
        configs = [_config(), _config(seed=1)]
        results = tune_many(tiny_model(), tiny_tokenizer(), ROWS, configs, callbacks=told)
        assert results == ends
        assert {type(end) for end in ends} == {OutOfMemoryError}
