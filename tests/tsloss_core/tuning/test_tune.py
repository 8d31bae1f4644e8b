"""Tuning a prompt: it learns, repeats, resumes, stops and fails as said."""

import math
from typing import Any

import pytest
import torch

from tests.support.rendered import row
from tests.support.tiny_models import tiny_model, tiny_tokenizer
from tsloss_core.tuning import (
    DivergedError,
    InvalidRowError,
    Snapshot,
    StateError,
    TuningConfig,
    TuningState,
    tune,
)

ROWS = [row(f"{i}+1=", str(i + 1)) for i in range(6)]


def _config(**given: Any) -> TuningConfig:
    settings = {"n_epochs": 4, "batch_size": 2, **given.pop("hyperparameters", {})}
    base = {
        "num_virtual_tokens": 4,
        "hyperparameters": settings,
        "evaluation": {"max_new_tokens": 3},
    }
    return TuningConfig.model_validate({**base, **given})


def _tune(config: TuningConfig, **given: Any) -> Any:
    return tune(tiny_model(), tiny_tokenizer(), given.pop("rows", ROWS), config, **given)


class TestTune:
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_the_loss_falls(self, placement: str) -> None:
        settings = {"n_epochs": 60, "learning_rate": 0.05, "batch_size": 1}
        config = _config(placement=placement, hyperparameters=settings)
        history = _tune(config, rows=ROWS[:1]).history
        assert history[-1].loss < 0.95 * history[0].loss

    def test_the_same_seed_gives_the_same_bits(self) -> None:
        assert torch.equal(_tune(_config()).prompt, _tune(_config()).prompt)

    def test_another_seed_gives_another_prompt(self) -> None:
        assert not torch.equal(_tune(_config()).prompt, _tune(_config(seed=1)).prompt)

    def test_every_step_is_told_in_order(self) -> None:
        told: list[int] = []
        result = _tune(_config(), on_step=lambda m: told.append(m.step))
        assert told == list(range(1, 13))
        assert (result.stopped, result.state.step) == (None, 12)

    @pytest.mark.parametrize(
        ("period", "validation", "steps", "graded"),
        [
            (1, ROWS[:2], [0, 3, 6, 9, 12], [0, 3, 6, 9, 12]),
            (None, ROWS[:2], [0, 9, 12], [0, 9, 12]),
            (1, None, [0, 9, 12], []),
        ],
    )
    def test_a_prompt_that_is_graded_is_kept(
        self, period: int | None, validation: Any, steps: list[int], graded: list[int]
    ) -> None:
        config = _config(
            evaluation={"every_epochs": period, "max_new_tokens": 1}, snapshots={"every_epochs": 3}
        )
        told: list[Snapshot] = []
        _tune(config, validation=validation, on_snapshot=told.append)
        assert [each.step for each in told] == steps
        assert [each.step for each in told if each.validation is not None] == graded

    def test_snapshots_come_first_last_and_at_the_epochs(self) -> None:
        told: list[tuple[int, int]] = []
        _tune(_config(), on_snapshot=lambda s: told.append((s.step, s.epoch)))
        assert told == [(0, 0), (3, 1), (6, 2), (9, 3), (12, 4)]

    def test_a_snapshot_names_the_nearest_words(self) -> None:
        told: list[Any] = []
        _tune(_config(), on_snapshot=told.append)
        assert all(token.distance == pytest.approx(0, abs=1e-5) for token in told[0].nearest_tokens)

    def test_max_steps_ends_the_run(self) -> None:
        assert _tune(_config(hyperparameters={"max_steps": 5})).state.step == 5

    def test_the_regulariser_is_logged_by_its_terms(self) -> None:
        metrics = _tune(_config(regularizer={"type": "tsloss", "weight": 2.0})).history[0]
        assert set(metrics.terms) == {"h0", "h1"}
        assert metrics.regularizer == pytest.approx(2 * sum(metrics.terms.values()), rel=1e-5)

    def test_a_balanced_weighting_holds_the_ratio(self) -> None:
        weighting = {"type": "balanced", "target_ratio": 0.5}
        config = _config(regularizer={"type": "l2", "weighting": weighting})
        assert all(m.gradient_ratio == pytest.approx(0.5, rel=1e-4) for m in _tune(config).history)

    def test_accumulated_micro_batches_are_one_batch(self) -> None:
        whole = _tune(_config(hyperparameters={"batch_size": 6}))
        parts = _tune(_config(hyperparameters={"batch_size": 2, "gradient_accumulation": 3}))
        torch.testing.assert_close(whole.prompt, parts.prompt, rtol=1e-3, atol=1e-4)

    def test_passes_within_a_token_budget_are_one_batch(self) -> None:
        whole = _tune(_config(hyperparameters={"batch_size": 6}))
        passes = _tune(_config(hyperparameters={"batch_size": 6, "max_tokens_per_pass": 60}))
        assert (whole.state.tokens_at_once, passes.state.tokens_at_once) == (None, 60)
        assert not torch.equal(whole.prompt, passes.prompt)
        torch.testing.assert_close(whole.prompt, passes.prompt, rtol=1e-3, atol=1e-4)

    def test_it_stops_once_the_training_rows_are_answered_and_grades_that_prompt(self) -> None:
        config = _config(
            hyperparameters={"n_epochs": 200, "learning_rate": 0.1, "batch_size": 1},
            evaluation={"stop_at_accuracy": 1.0, "max_new_tokens": 3, "every_epochs": 200},
        )
        snapshots: list[Snapshot] = []
        taught = [row("2+2=", "4")]
        result = _tune(config, rows=taught, validation=taught, on_snapshot=snapshots.append)
        assert (result.stopped, result.converged_at) == ("converged", result.state.step)
        assert result.state.step < 200
        last = snapshots[-1]
        assert last.step == result.state.step
        assert last.validation is not None
        assert last.validation.accuracy == 1


class TestResume:
    @pytest.mark.parametrize("stop_at", [1, 4, 6, 11])
    @pytest.mark.parametrize("placement", ["prefix", "suffix"])
    def test_a_run_broken_off_ends_with_the_same_bits(self, placement: str, stop_at: int) -> None:
        config = _config(placement=placement)
        whole = _tune(config)
        done: list[int] = []
        first = _tune(
            config,
            on_step=lambda m: done.append(m.step),
            should_stop=lambda: "pause" if len(done) == stop_at else None,
        )
        assert (first.stopped, first.state.step) == ("pause", stop_at)
        stored = TuningState.from_bytes(first.state.to_bytes())
        second = _tune(config, state=stored)
        assert torch.equal(second.prompt, whole.prompt)
        assert [m.step for m in second.history] == list(range(stop_at + 1, 13))
        assert second.history[-1].tokens == whole.history[-1].tokens

    def test_a_snapshot_whose_grading_was_interrupted_is_made_up_for(self) -> None:
        config, whole, both = _config(), [], []
        _tune(config, validation=ROWS[:2], on_snapshot=whole.append)
        done: list[int] = []
        first = _tune(
            config,
            validation=ROWS[:2],
            on_step=lambda m: done.append(m.step),
            on_snapshot=both.append,
            # Step 6 ends an epoch: it is asked for the first time by the grading after that step.
            should_stop=lambda: "shutdown" if len(done) == 6 else None,
        )
        assert (first.state.step, [s.step for s in both]) == (6, [0, 3])
        stored = TuningState.from_bytes(first.state.to_bytes())
        _tune(config, validation=ROWS[:2], state=stored, on_snapshot=both.append)
        assert [_told(snapshot) for snapshot in both] == [_told(snapshot) for snapshot in whole]

    def test_a_run_that_had_converged_trains_no_more(self) -> None:
        config = _config(
            hyperparameters={"n_epochs": 200, "learning_rate": 0.1, "batch_size": 1},
            evaluation={"stop_at_accuracy": 1.0, "max_new_tokens": 3},
        )
        whole = _tune(config, rows=[row("2+2=", "4")])
        again = _tune(config, rows=[row("2+2=", "4")], state=whole.state)
        assert (again.stopped, again.converged_at) == ("converged", whole.converged_at)
        assert torch.equal(again.prompt, whole.prompt)

    def test_a_state_of_another_configuration_is_refused(self) -> None:
        state = _tune(_config()).state
        with pytest.raises(StateError, match="another configuration"):
            _tune(_config(seed=9), state=state)

    @pytest.mark.parametrize("data", [b"", b"junk", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "])
    def test_bytes_that_are_no_state_are_refused(self, data: bytes) -> None:
        with pytest.raises(StateError):
            TuningState.from_bytes(data)

    def test_a_state_of_the_version_before_is_understood(self) -> None:
        state = _tune(_config()).state
        older = state.to_bytes().replace(b'\\"version\\": 2', b'\\"version\\": 1')
        older = older.replace(b"tokens_at_once", b"row__s_at_once")
        read = TuningState.from_bytes(older)
        assert (read.step, read.tokens_at_once) == (12, None)
        assert torch.equal(read.prompt, state.prompt)

    def test_a_state_of_another_version_is_refused(self) -> None:
        data = _tune(_config()).state.to_bytes()
        newer = data.replace(b'\\"version\\": 2', b'\\"version\\": 9')
        assert newer != data
        with pytest.raises(StateError, match="version 9"):
            TuningState.from_bytes(newer)


def _told(snapshot: Snapshot) -> tuple[Any, ...]:
    return snapshot.step, snapshot.epoch, snapshot.training_loss, snapshot.validation


class TestFailure:
    def test_a_loss_that_is_no_number_diverges_and_keeps_the_snapshots(self) -> None:
        told: list[int] = []
        config = _config(hyperparameters={"learning_rate": 10.0, "n_epochs": 50})
        model = tiny_model()
        with torch.no_grad():
            model.get_output_embeddings().weight.mul_(1e4)
        with pytest.raises(DivergedError, match="bound") as caught:
            tune(model, tiny_tokenizer(), ROWS, config, on_snapshot=lambda s: told.append(s.step))
        assert (caught.value.code, told) == ("diverged", [0])

    def test_a_row_longer_than_the_window_names_its_line(self) -> None:
        with pytest.raises(InvalidRowError, match="line 1: "):
            _tune(_config(), rows=[row("x" * 200, "y")])

    def test_no_rows_are_refused(self) -> None:
        with pytest.raises(ValueError, match="no training row"):
            _tune(_config(), rows=[])

    def test_a_given_prompt_of_another_shape_is_refused(self) -> None:
        with pytest.raises(ValueError, match="shape"):
            _tune(_config(), initial_prompt=torch.zeros(4, 7))


class TestMetrics:
    def test_no_value_is_infinite(self) -> None:
        for metrics in _tune(_config(regularizer={"type": "none"})).history:
            assert math.isfinite(metrics.loss)
            assert (metrics.regularizer, metrics.gradient_ratio, metrics.terms) == (0.0, 0.0, {})
