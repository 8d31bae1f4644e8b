"""Grades a prompt, or the untuned model, on rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from tsloss_core.spec.evaluation import EvaluationSpec
from tsloss_core.tuning.evaluation.batches import in_batches
from tsloss_core.tuning.evaluation.choices import choice_losses
from tsloss_core.tuning.evaluation.decoding import decode
from tsloss_core.tuning.evaluation.graders import Grader, choose_grader, is_correct
from tsloss_core.tuning.gradients import OnEvent
from tsloss_core.tuning.prompted import Answer, PromptedModel
from tsloss_core.tuning.records import Evaluation, Prediction
from tsloss_core.tuning.rendering import TokenRow


class Stopped(Exception):  # noqa: N818
    """The evaluation was asked to stop; the reason is its message."""


def evaluate(
    prompted: PromptedModel,
    tokenizer: Any,
    prompt: Tensor | None,
    rows: Sequence[TokenRow],
    settings: EvaluationSpec,
    should_stop: Callable[[], str | None] | None = None,
    on_event: OnEvent | None = None,
) -> Evaluation:
    """Return loss, accuracy and predictions of `prompt` (n, d), or of the untuned model for None.

    Multiple choice takes the choice whose tokens, end of text included, are likeliest together; the
    other graders decode greedily. `on_event` is told of a batch that memory does not hold. Raises
    Stopped between batches when `should_stop` gives a reason, OutOfMemoryError if no row fits.
    """
    grader = choose_grader(settings.grader, rows)
    grading = Grading(prompted, tokenizer, prompt, rows, should_stop, on_event)
    with prompted.prefix_kept(prompt, rows):
        if grader == "multiple_choice":
            total, answers = grading.choose()
        else:
            total, answers = grading.total_loss(), grading.answer(settings.max_new_tokens)
    predictions = tuple(
        _judge(grader, row, answer) for row, answer in zip(rows, answers, strict=True)
    )
    accuracy = sum(prediction.correct for prediction in predictions) / len(predictions)
    loss = total / sum(len(row.completion) for row in rows)
    return Evaluation(loss, accuracy, grader, predictions)


def _judge(grader: Grader, row: TokenRow, answer: str) -> Prediction:
    expected = row.row.completion
    return Prediction(row.line, expected, answer, is_correct(grader, expected, answer))


@dataclass(frozen=True)
class Grading:
    """The passes over the rows, in batches of like length. Losses are sums in nats."""

    prompted: PromptedModel
    tokenizer: Any
    prompt: Tensor | None
    rows: Sequence[TokenRow]
    should_stop: Callable[[], str | None] | None
    on_event: OnEvent | None

    def answers(self, grader: Grader, max_new_tokens: int) -> list[str]:
        """Return the answer to each row: the likeliest choice, or what the model says."""
        return self.choose()[1] if grader == "multiple_choice" else self.answer(max_new_tokens)

    def choose(self) -> tuple[float, list[str]]:
        """Return the loss of the right choices, and the likeliest choice of each row."""
        chosen, losses = [""] * len(self.rows), [0.0] * len(self.rows)

        def score(batch: list[int]) -> None:
            scores = choice_losses(self.prompted, self.prompt, [self.rows[i] for i in batch])
            for i, own in zip(batch, scores, strict=True):
                options = self.rows[i].row.choices or ()
                chosen[i] = options[own.index(min(own))]
                losses[i] = own[options.index(self.rows[i].row.completion)]

        self._each_batch(score)
        return sum(losses), chosen

    @torch.no_grad()
    def total_loss(self) -> float:
        """Return the loss of all answers."""
        losses = torch.empty(len(self.rows), dtype=torch.float64)

        def score(batch: list[int]) -> None:
            answers = [Answer(self.rows[i], self.rows[i].completion) for i in batch]
            losses[batch] = self.prompted.losses(self.prompt, answers).double().cpu()

        self._each_batch(score)
        return float(losses.sum())

    def answer(self, max_new_tokens: int) -> list[str]:
        """Return what the model says to each row."""
        texts = [""] * len(self.rows)
        end, stop = self.tokenizer.eos_token_id, self.should_stop

        def speak(batch: list[int]) -> None:
            asked = [self.rows[i] for i in batch]
            decoded = decode(self.prompted, self.prompt, asked, max_new_tokens, end, stop)
            for i, ids in zip(batch, decoded, strict=True):
                texts[i] = self.tokenizer.decode(ids, skip_special_tokens=True)

        self._each_batch(speak)
        _check(self.should_stop)
        return texts

    def _each_batch(self, work: Callable[[list[int]], None]) -> None:
        def patient(batch: list[int]) -> None:
            _check(self.should_stop)
            work(batch)

        in_batches(sorted(range(len(self.rows)), key=self._length), patient, self.on_event)

    def _length(self, i: int) -> tuple[int, int]:
        computed = self.prompted.computed_length(self.prompt, self.rows[i])
        return computed, self.rows[i].length


def _check(should_stop: Callable[[], str | None] | None) -> None:
    reason = should_stop() if should_stop is not None else None
    if reason:
        raise Stopped(reason)
