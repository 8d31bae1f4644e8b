"""Grades a prompt, or the untuned model, on rows."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

import torch
from torch import Tensor

from tsloss_core.spec.evaluation import EvaluationSpec
from tsloss_core.tuning.batching import grouped
from tsloss_core.tuning.evaluation.graders import Grader, choose_grader, is_correct
from tsloss_core.tuning.prompted import Answer, PromptedModel
from tsloss_core.tuning.records import Evaluation, Prediction
from tsloss_core.tuning.rendering import TokenRow

BATCH = 16


class Stopped(Exception):  # noqa: N818
    """The evaluation was asked to stop; the reason is its message."""


def evaluate(
    prompted: PromptedModel,
    tokenizer: Any,
    prompt: Tensor | None,
    rows: Sequence[TokenRow],
    settings: EvaluationSpec,
    should_stop: Callable[[], str | None] | None = None,
) -> Evaluation:
    """Return loss, accuracy and predictions of `prompt` (n, d), or of the untuned model for None.

    Multiple choice takes the choice whose tokens, end of text included, are likeliest together; the
    other graders decode greedily. Raises Stopped between batches when `should_stop` gives a reason.
    """
    grader = choose_grader(settings.grader, rows)
    if grader == "multiple_choice":
        loss, answers = _score_choices(prompted, prompt, rows, should_stop)
    else:
        loss = _mean_loss(prompted, prompt, rows, should_stop)
        longest = settings.max_new_tokens
        answers = _decode(prompted, tokenizer, prompt, rows, longest, should_stop)
    predictions = tuple(
        _judge(grader, row, answer) for row, answer in zip(rows, answers, strict=True)
    )
    accuracy = sum(prediction.correct for prediction in predictions) / len(predictions)
    return Evaluation(loss, accuracy, grader, predictions)


def _judge(grader: Grader, row: TokenRow, answer: str) -> Prediction:
    expected = row.row.completion
    return Prediction(row.line, expected, answer, is_correct(grader, expected, answer))


def _mean_loss(
    prompted: PromptedModel,
    prompt: Tensor | None,
    rows: Sequence[TokenRow],
    should_stop: Callable[[], str | None] | None,
) -> float:
    answers = [Answer(row, row.completion) for row in rows]
    losses = _all_losses(prompted, prompt, answers, should_stop)
    return float(losses.sum()) / sum(len(answer.tokens) for answer in answers)


def _score_choices(
    prompted: PromptedModel,
    prompt: Tensor | None,
    rows: Sequence[TokenRow],
    should_stop: Callable[[], str | None] | None,
) -> tuple[float, list[str]]:
    chosen, total = [""] * len(rows), 0.0
    for batch in _batches_of_one_lead(prompted, prompt, rows):
        _check(should_stop)
        scores = prompted.choice_losses(prompt, [rows[i] for i in batch])
        for i, losses in zip(batch, scores, strict=True):
            options = rows[i].row.choices or ()
            chosen[i] = options[losses.index(min(losses))]
            total += losses[options.index(rows[i].row.completion)]
    return total / sum(len(row.completion) for row in rows), chosen


@torch.no_grad()
def _all_losses(
    prompted: PromptedModel,
    prompt: Tensor | None,
    answers: Sequence[Answer],
    should_stop: Callable[[], str | None] | None,
) -> Tensor:
    """Losses of many answers in batches of like length, in the order of `answers`."""
    order = sorted(
        range(len(answers)),
        key=lambda i: prompted.lead_length(prompt, answers[i].row) + len(answers[i].tokens),
    )
    losses = torch.empty(len(answers), dtype=torch.float64)
    for batch in grouped(order, BATCH):
        _check(should_stop)
        losses[batch] = prompted.losses(prompt, [answers[i] for i in batch]).double().cpu()
    return losses


def _decode(
    prompted: PromptedModel,
    tokenizer: Any,
    prompt: Tensor | None,
    rows: Sequence[TokenRow],
    max_new_tokens: int,
    should_stop: Callable[[], str | None] | None,
) -> list[str]:
    texts = [""] * len(rows)
    end = tokenizer.eos_token_id
    for batch in _batches_of_one_lead(prompted, prompt, rows):
        _check(should_stop)
        chosen = [rows[i] for i in batch]
        decoded = prompted.generate(prompt, chosen, max_new_tokens, end, should_stop)
        for i, ids in zip(batch, decoded, strict=True):
            texts[i] = tokenizer.decode(ids, skip_special_tokens=True)
    _check(should_stop)
    return texts


def _batches_of_one_lead(
    prompted: PromptedModel, prompt: Tensor | None, rows: Sequence[TokenRow]
) -> Iterator[list[int]]:
    """Indices of rows of equal lead, together: without padding between them the result is exact."""

    def lead(i: int) -> int:
        return prompted.lead_length(prompt, rows[i])

    for _, same in groupby(sorted(range(len(rows)), key=lead), key=lead):
        yield from grouped(list(same), BATCH)


def _check(should_stop: Callable[[], str | None] | None) -> None:
    reason = should_stop() if should_stop is not None else None
    if reason:
        raise Stopped(reason)
