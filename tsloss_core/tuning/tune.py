"""The entry: tunes a soft prompt of a model on rows."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from torch import Tensor

from tsloss_core.spec import Row, TuningConfig
from tsloss_core.tuning.evaluation import choose_grader
from tsloss_core.tuning.loop import Callbacks, TuningLoop, first_prompt
from tsloss_core.tuning.prompted import PromptedModel
from tsloss_core.tuning.records import Snapshot, StepMetrics, TuningResult
from tsloss_core.tuning.rendering import TokenRow, render_rows
from tsloss_core.tuning.state import TuningState


def tune(
    model: Any,
    tokenizer: Any,
    rows: Sequence[Row] | Sequence[TokenRow],
    config: TuningConfig,
    *,
    validation: Sequence[Row] | Sequence[TokenRow] | None = None,
    state: TuningState | None = None,
    initial_prompt: Tensor | None = None,
    on_step: Callable[[StepMetrics], None] | None = None,
    on_snapshot: Callable[[Snapshot], None] | None = None,
    on_state: Callable[[TuningState], None] | None = None,
    should_stop: Callable[[], str | None] | None = None,
    state_interval: float = 60.0,
) -> TuningResult:
    """Tune a soft prompt of a frozen causal model and return it with the run's history.

    `model` must be in evaluation mode without gradients (tsloss_core.models.freeze). `state` goes
    on with an earlier run of the same configuration: on the same build, threads and processor a
    run alone in float32 then ends with the same bits as an undisturbed one. `should_stop` gives a
    reason to stop or None and is asked at each step and decoding batch. `on_state` gets a resume
    state every `state_interval` seconds and at the end.

    Raises InvalidRowError, DivergedError, StateError, or ValueError for no rows.
    """
    train = prepare(model, tokenizer, rows, config)
    if not train:
        raise ValueError("there is no training row")
    held_out = prepare(model, tokenizer, validation or (), config)
    choose_grader(config.evaluation.grader, [*train, *held_out])
    callbacks = Callbacks(on_step, on_snapshot, on_state, should_stop, state_interval)
    prompted = PromptedModel(model, config.placement)
    loop = TuningLoop(prompted, tokenizer, train, held_out, config, callbacks)
    if state is not None:
        loop.resume(state)
    else:
        loop.start(first_prompt(config, initial_prompt, model, tokenizer))
    return loop.run()


def prepare(
    model: Any, tokenizer: Any, rows: Sequence[Row] | Sequence[TokenRow], config: TuningConfig
) -> list[TokenRow]:
    """Return rows as token lists; rows that are token lists already come back as they are."""
    if all(isinstance(row, TokenRow) for row in rows):
        return list(cast(Sequence[TokenRow], rows))
    limit = window(model) - config.num_virtual_tokens
    return render_rows(
        tokenizer, cast(Sequence[Row], rows), clock=datetime.now(UTC), max_tokens=limit
    )


def window(model: Any) -> int:
    """Return how many positions the model knows."""
    text_config = model.config.get_text_config(decoder=True)
    return int(getattr(text_config, "max_position_embeddings", 1 << 20))
