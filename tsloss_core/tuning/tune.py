"""The entry: tunes soft prompts of a model on rows."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from torch import Tensor

from tsloss_core.spec import Row, TuningConfig, resolve
from tsloss_core.tuning.evaluation import FirstGrades, choose_grader
from tsloss_core.tuning.gradients import GradientSource, OnEvent, Run, drive
from tsloss_core.tuning.limits import Limits
from tsloss_core.tuning.loop import Callbacks, TuningLoop, first_prompt
from tsloss_core.tuning.memory import tokens_that_fit
from tsloss_core.tuning.precision_guard import choose_model
from tsloss_core.tuning.prompted import window
from tsloss_core.tuning.records import Snapshot, StepMetrics, TuningResult
from tsloss_core.tuning.rendering import TokenRow, render_rows
from tsloss_core.tuning.state import TuningState

Rows = Sequence[Row] | Sequence[TokenRow]


def tune(
    model: Any,
    tokenizer: Any,
    rows: Rows,
    config: TuningConfig,
    *,
    validation: Rows | None = None,
    state: TuningState | None = None,
    initial_prompt: Tensor | None = None,
    on_step: Callable[[StepMetrics], None] | None = None,
    on_snapshot: Callable[[Snapshot], None] | None = None,
    on_state: Callable[[TuningState], None] | None = None,
    on_event: OnEvent | None = None,
    should_stop: Callable[[], str | None] | None = None,
    state_interval: float = 60.0,
    limits: Limits | None = None,
) -> TuningResult:
    """Tune a soft prompt of a frozen causal model and return it with the run's history.

    `model` must be in evaluation mode without gradients (tsloss_core.models.freeze). `state` goes
    on with an earlier run of the same configuration: on the same build, threads and processor a
    run alone in float32 then ends with the same bits as an undisturbed one. `should_stop` gives a
    reason to stop or None and is asked at each step and decoding batch. `on_state` gets a resume
    state every `state_interval` seconds and at the end. `on_event` is told by name and figures of
    a precision that was chosen or a batch that was cut. `limits` bounds what is kept of the rows'
    contexts (suffix placement), on which no bit of the result depends, and the memory of a step.

    Raises InvalidRowError, DivergedError, OutOfMemoryError, StateError, or ValueError for no rows.
    """
    callbacks = Callbacks(
        on_step=on_step,
        on_snapshot=on_snapshot,
        on_state=on_state,
        should_stop=should_stop,
        state_interval=state_interval,
    )
    (result,) = _run(
        model,
        tokenizer,
        _prepared(model, tokenizer, rows, validation, config),
        [config],
        [callbacks],
        [state],
        [initial_prompt],
        on_event=on_event,
        limits=limits,
    )
    if isinstance(result, Exception):
        raise result
    return result


def tune_many(
    model: Any,
    tokenizer: Any,
    rows: Rows,
    configs: Sequence[TuningConfig],
    *,
    validation: Rows | None = None,
    states: Sequence[TuningState | None] | None = None,
    initial_prompts: Sequence[Tensor | None] | None = None,
    callbacks: Sequence[Callbacks] | None = None,
    on_event: OnEvent | None = None,
    limits: Limits | None = None,
) -> list[TuningResult | Exception]:
    """Tune several prompts of one model on the same rows, sharing each forward pass.

    The configurations must agree in placement, number of virtual tokens, precision and gradient
    checkpointing; seed, regulariser, learning rate and schedule are each run's own, and so are
    `states`, `initial_prompts` and `callbacks`, one per configuration. A run that is asked to stop
    leaves its result early. One that fails, or whose callback raises, leaves the exception in its
    place. The others go on either way, and each state can be gone on from alone or together with
    others. `on_event` is told once for all. A co-tuned prompt differs from one tuned alone by the
    rounding of larger batches.

    Raises InvalidRowError, OutOfMemoryError if a row cannot fit, or ValueError for no rows, for
    configurations that do not agree and for a given prompt of another shape.
    """
    if len({_shared_settings(config) for config in configs}) != 1:
        raise ValueError(
            "co-tuned runs must agree in placement, virtual tokens, precision and checkpointing"
        )
    nothing = [None for _ in configs]
    return _run(
        model,
        tokenizer,
        _prepared(model, tokenizer, rows, validation, configs[0]),
        configs,
        callbacks or [Callbacks() for _ in configs],
        states or nothing,
        initial_prompts or nothing,
        on_event=on_event,
        limits=limits,
    )


def _shared_settings(config: TuningConfig) -> tuple[object, ...]:
    settings = config.hyperparameters
    lengths = config.placement, config.num_virtual_tokens
    return *lengths, settings.precision, settings.gradient_checkpointing


def _run(
    model: Any,
    tokenizer: Any,
    rows: tuple[list[TokenRow], list[TokenRow]],
    configs: Sequence[TuningConfig],
    callbacks: Sequence[Callbacks],
    states: Sequence[TuningState | None],
    given: Sequence[Tensor | None],
    *,
    on_event: OnEvent | None = None,
    limits: Limits | None = None,
) -> list[TuningResult | Exception]:
    train, held_out = rows
    prompts = [
        first_prompt(c, own, model, tokenizer) for c, own in zip(configs, given, strict=True)
    ]
    allowed = limits or Limits()
    prompted = choose_model(model, configs[0], prompts[0], train, on_event, allowed.cache)
    fitting = _tokens_at_once(model, train, configs, allowed.step_bytes, on_event)
    source = GradientSource(prompted, on_event, _least(fitting, configs, states))
    first_grades = FirstGrades()
    loops = [
        TuningLoop(prompted, source, tokenizer, train, held_out, config, told, first_grades)
        for config, told in zip(configs, callbacks, strict=True)
    ]
    runs = [
        _told_of_its_end(loop.run(prompt, state), told)
        for loop, prompt, state, told in zip(loops, prompts, states, callbacks, strict=True)
    ]
    return drive(runs, source)


def _told_of_its_end(run: Run[TuningResult], told: Callbacks) -> Run[TuningResult]:
    try:
        result = yield from run
    except Exception as error:
        _tell_end(told, error)
        raise
    _tell_end(told, result)
    return result


def _tell_end(told: Callbacks, end: TuningResult | Exception) -> None:
    if told.on_end is not None:
        told.on_end(end)


def _least(
    fitting: int | None, configs: Sequence[TuningConfig], states: Sequence[TuningState | None]
) -> int | None:
    """How many tokens a pass takes. A run alone goes on as it went before, for the same bits."""
    if len(states) == 1 and states[0] is not None:
        return states[0].tokens_at_once
    wished = [config.hyperparameters.max_tokens_per_pass for config in configs]
    met = [state.tokens_at_once for state in states if state is not None]
    return min((tokens for tokens in (fitting, *wished, *met) if tokens is not None), default=None)


def _tokens_at_once(
    model: Any,
    rows: Sequence[TokenRow],
    configs: Sequence[TuningConfig],
    step_bytes: int | None,
    on_event: OnEvent | None,
) -> int | None:
    """Return how many tokens a pass may take, or None where all of any step's tokens fit."""
    if step_bytes is None:
        return None
    fitting = tokens_that_fit(model.config, rows, configs[0], step_bytes)
    batch = sum(int(resolve(c, len(rows)).hyperparameters.batch_size) for c in configs)
    wanted = batch * (max(row.length for row in rows) + configs[0].num_virtual_tokens)
    if fitting >= wanted:
        return None
    if on_event is not None:
        on_event("micro_batch_cut", {"tokens_at_once": fitting, "tokens": wanted})
    return fitting


def _prepared(
    model: Any, tokenizer: Any, rows: Rows, validation: Rows | None, config: TuningConfig
) -> tuple[list[TokenRow], list[TokenRow]]:
    train = prepare(model, tokenizer, rows, config)
    if not train:
        raise ValueError("there is no training row")
    held_out = prepare(model, tokenizer, validation or (), config)
    choose_grader(config.evaluation.grader, [*train, *held_out])
    return train, held_out


def prepare(
    model: Any,
    tokenizer: Any,
    rows: Rows,
    config: TuningConfig,
    *,
    clock: datetime | None = None,
    max_row_tokens: int | None = None,
) -> list[TokenRow]:
    """Return rows as token lists; rows that are token lists already come back as they are.

    `clock` is what a template that asks for the time gets, now if left out. Raises InvalidRowError
    for a row of more than `max_row_tokens` tokens, or that does not fit the model's window together
    with the virtual tokens.
    """
    if all(isinstance(row, TokenRow) for row in rows):
        return list(cast(Sequence[TokenRow], rows))
    fitting = window(model) - config.num_virtual_tokens
    limit = fitting if max_row_tokens is None else min(max_row_tokens, fitting)
    plain = cast(Sequence[Row], rows)
    return render_rows(tokenizer, plain, clock=clock or datetime.now(UTC), max_tokens=limit)
