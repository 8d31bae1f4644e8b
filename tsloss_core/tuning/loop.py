"""The training loop: cross-entropy of the answers plus the regulariser, on the prompt alone."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import torch
from torch import Tensor

from tsloss_core.prompts import initial_prompt, nearest_tokens
from tsloss_core.regularizers import build_regularizer
from tsloss_core.spec import (
    TuningConfig,
    is_graded,
    is_kept,
    planned_steps,
    planned_steps_per_epoch,
    resolve,
)
from tsloss_core.tuning.batching import epoch_batches
from tsloss_core.tuning.errors import DivergedError, StateError
from tsloss_core.tuning.evaluation import FirstGrades, Stopped, evaluate, reaches
from tsloss_core.tuning.gradients import GradientSource, Request, Run
from tsloss_core.tuning.optimization import PromptOptimizer, learning_rate
from tsloss_core.tuning.prompted import Answer, PromptedModel
from tsloss_core.tuning.records import Evaluation, Snapshot, StepMetrics, TuningResult
from tsloss_core.tuning.rendering import TokenRow
from tsloss_core.tuning.state import TuningState
from tsloss_core.tuning.weighting import gradient_ratio, weighting_of, weighting_scale

GUESSING_FACTOR = 4.0
"""A loss above this many times what a uniform guess over the vocabulary costs has diverged."""

CONVERGED = "converged"

GradeT = TypeVar("GradeT")


@dataclass(frozen=True)
class Callbacks:
    """Whom a run tells what, and whom it asks whether to go on.

    `on_end` is told how the run ended as soon as it did: runs beside it may still go on.
    """

    on_step: Callable[[StepMetrics], None] | None = None
    on_snapshot: Callable[[Snapshot], None] | None = None
    on_state: Callable[[TuningState], None] | None = None
    on_end: Callable[[TuningResult | Exception], None] | None = None
    should_stop: Callable[[], str | None] | None = None
    state_interval: float = 60.0


class TuningLoop:
    """One run over prepared rows. Its position is `step`, the number of steps done."""

    def __init__(
        self,
        prompted: PromptedModel,
        source: GradientSource,
        tokenizer: Any,
        rows: Sequence[TokenRow],
        validation: Sequence[TokenRow],
        config: TuningConfig,
        callbacks: Callbacks,
        first_grades: FirstGrades,
    ) -> None:
        self._prompted = prompted
        self._source = source
        self._tokenizer = tokenizer
        self._rows = rows
        self._validation = validation
        self._config = resolve(config, len(rows))
        self._settings = self._config.hyperparameters
        self._callbacks = callbacks
        self._first_grades = first_grades
        self._regularizer = build_regularizer(self._config.regularizer)
        self._weighting = weighting_of(self._config.regularizer)
        self.steps_per_epoch = planned_steps_per_epoch(self._config, len(rows))
        self.total = planned_steps(self._config, len(rows))
        self.step = 0
        self._tokens = 0
        self._loss: float | None = None
        self._history: list[StepMetrics] = []
        self._state_at = time.monotonic()
        self._order: tuple[int, list[list[int]]] = (0, [])

    def run(self, prompt: Tensor, state: TuningState | None = None) -> Run[TuningResult]:
        """Train from `prompt` (n, d), or on after `state`, to the end or until asked to stop.

        Yields what it needs the model for and is sent the reply; see `drive`. Raises StateError
        for a state of another configuration.
        """
        if state is None:
            self._start(prompt)
        else:
            self._resume(state)
        stopped: str | None = None
        try:
            if self.step == 0:
                self._snapshot(self._grade())
            stopped = yield from self._train()
        except Stopped as reason:
            stopped = str(reason)
        end = self.state()
        if self._callbacks.on_state is not None:
            self._callbacks.on_state(end)
        converged = self.step if stopped == CONVERGED else None
        return TuningResult(end.prompt, self._history, stopped, end, converged)

    def state(self) -> TuningState:
        """Return all that a later run needs to go on."""
        first, second = self._optimizer.moments()
        prompt = self._prompt().cpu().clone()
        return TuningState(
            step=self.step,
            tokens=self._tokens,
            loss=self._loss,
            tokens_at_once=self._source.tokens_at_once,
            config=self._config,
            prompt=prompt,
            first_moment=first.cpu(),
            second_moment=second.cpu(),
        )

    def _start(self, prompt: Tensor) -> None:
        first = prompt.detach().to(self._prompted.device, torch.float32).clone()
        self._optimizer = PromptOptimizer(first.requires_grad_(), self._settings)

    def _resume(self, state: TuningState) -> None:
        if resolve(state.config, len(self._rows)) != self._config:
            raise StateError("the resume state belongs to another configuration")
        self._start(state.prompt)
        self._optimizer.restore(state.step, state.first_moment, state.second_moment)
        self.step, self._tokens, self._loss = state.step, state.tokens, state.loss

    def _train(self) -> Run[str | None]:
        # A run may have ended while the step of its state was graded, or once it had converged.
        if self.step > 0 and self._after_step() == CONVERGED:
            return CONVERGED
        while self.step < self.total:
            reason = self._reason_to_stop()
            if reason is not None:
                return reason
            metrics = yield from self._train_step()
            self._history.append(metrics)
            if self._callbacks.on_step is not None:
                self._callbacks.on_step(metrics)
            if self._after_step() == CONVERGED:
                return CONVERGED
            self._offer_state()
        return None

    def _train_step(self) -> Run[StepMetrics]:
        started = time.perf_counter()
        prompt = self._optimizer.prompt
        self._regularizer.start(prompt)
        loss, loss_gradient = yield from self._cross_entropy(prompt)
        output = self._regularizer(prompt, self.step)
        (own_gradient,) = torch.autograd.grad(output.total, prompt)
        loss_norm, own_norm = float(loss_gradient.norm()), float(own_gradient.norm())
        scale = weighting_scale(self._weighting, self.step, self.total, loss_norm, own_norm)
        gradient = loss_gradient + scale * own_gradient
        self._check(loss, gradient)
        norm = float(gradient.norm())
        rate = learning_rate(self._settings, self.step, self.total)
        self._optimizer.step(self._clip(gradient, norm), rate)
        self.step += 1
        self._loss = loss
        return StepMetrics(
            step=self.step,
            of=self.total,
            epoch=self._epoch_of(self.step - 1),
            loss=loss,
            regularizer=scale * float(output.total.detach()),
            terms={name: float(term.detach()) for name, term in output.terms.items()},
            gradient_norm=norm,
            gradient_ratio=gradient_ratio(scale, loss_norm, own_norm),
            learning_rate=rate,
            tokens=self._tokens,
            seconds=time.perf_counter() - started,
        )

    def _cross_entropy(self, prompt: Tensor) -> Run[tuple[float, Tensor]]:
        """The mean over the step's answer tokens and its gradient, micro-batch by micro-batch."""
        batches = self._batches_of(self.step)
        count = sum(len(self._rows[i].completion) for batch in batches for i in batch)
        total, gradient = 0.0, torch.zeros_like(prompt)
        for batch in batches:
            answers = [Answer(self._rows[i], self._rows[i].completion) for i in batch]
            loss, part = yield Request(prompt, answers)
            gradient += part / count
            total += loss / count
        self._tokens += count
        return total, gradient

    def _batches_of(self, step: int) -> list[list[int]]:
        epoch = self._epoch_of(step)
        if self._order[0] != epoch:
            lengths = [row.length for row in self._rows]
            batch = int(self._settings.batch_size)
            self._order = (epoch, epoch_batches(lengths, batch, self._config.seed, epoch))
        size = self._settings.gradient_accumulation
        start = (step % self.steps_per_epoch) * size
        return self._order[1][start : start + size]

    def _after_step(self) -> str | None:
        """Grade, snapshot and look for convergence where the settings say so."""
        spec, per_epoch = self._config, self.steps_per_epoch
        converged = self.step % per_epoch == 0 and self._has_converged()
        ends = self.step == self.total or converged
        graded = self._grade() if ends or is_graded(spec, self.step, per_epoch) else None
        if ends or graded is not None or is_kept(spec, self.step, per_epoch):
            self._snapshot(graded)
        return CONVERGED if converged else None

    def _has_converged(self) -> bool:
        wanted = self._config.evaluation.stop_at_accuracy
        return wanted is not None and self._ask(partial(reaches, wanted), self._rows)

    def _grade(self) -> Evaluation | None:
        if not self._validation:
            return None
        grade = partial(self._ask, evaluate, self._validation)
        if self.step > 0:
            return grade()
        return self._first_grades.of(self._prompt(), self._config.evaluation, grade)

    def _ask(self, grade: Callable[..., GradeT], rows: Sequence[TokenRow]) -> GradeT:
        settings = self._config.evaluation
        stop = self._callbacks.should_stop
        tell = self._source.tell
        return grade(self._prompted, self._tokenizer, self._prompt(), rows, settings, stop, tell)

    def _prompt(self) -> Tensor:
        return self._optimizer.prompt.detach()

    def _snapshot(self, graded: Evaluation | None) -> None:
        if self._callbacks.on_snapshot is None:
            return
        prompt = self._prompt().cpu().clone()
        self._callbacks.on_snapshot(
            Snapshot(
                step=self.step,
                epoch=self._epoch_of(self.step - 1) if self.step else 0,
                prompt=prompt.numpy(),
                validation=graded,
                training_loss=self._loss,
                nearest_tokens=nearest_tokens(prompt, self._prompted.model, self._tokenizer),
            )
        )

    def _offer_state(self) -> None:
        due = time.monotonic() - self._state_at >= self._callbacks.state_interval
        if due and self._callbacks.on_state is not None and self.step < self.total:
            self._callbacks.on_state(self.state())
            self._state_at = time.monotonic()

    def _reason_to_stop(self) -> str | None:
        return self._callbacks.should_stop() if self._callbacks.should_stop is not None else None

    def _check(self, loss: float, gradient: Tensor) -> None:
        vocabulary = self._prompted.model.get_input_embeddings().weight.shape[0]
        bound = GUESSING_FACTOR * math.log(vocabulary)
        if not math.isfinite(loss) or not bool(gradient.isfinite().all()) or loss > bound:
            raise DivergedError(f"step {self.step + 1}: loss {loss:.4g}, bound {bound:.4g}")

    def _clip(self, gradient: Tensor, norm: float) -> Tensor:
        bound = self._settings.max_gradient_norm
        return gradient if bound is None or norm <= bound else gradient * (bound / norm)

    def _epoch_of(self, step: int) -> int:
        return step // self.steps_per_epoch + 1


def first_prompt(config: TuningConfig, given: Tensor | None, model: Any, tokenizer: Any) -> Tensor:
    """Return the prompt that a run starts with. Raises ValueError if `given` does not fit."""
    if given is None:
        n = config.num_virtual_tokens
        return initial_prompt(config.init, n, config.seed, model, tokenizer)
    width = model.get_input_embeddings().weight.shape[1]
    if given.shape != (config.num_virtual_tokens, width):
        shape = (config.num_virtual_tokens, width)
        raise ValueError(f"the stored prompt has shape {tuple(given.shape)}, not {shape}")
    return given
