"""Cross-entropy and its gradient, for one run or for several that share the forward pass."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from tsloss_core.tuning.errors import OutOfMemoryError, TuningError
from tsloss_core.tuning.prompted import Answer, PromptedModel

OnEvent = Callable[[str, dict[str, float]], None]


@dataclass(frozen=True)
class Request:
    """A run's wish: the summed loss of `answers` under `prompt` (n, d), and its gradient."""

    prompt: Tensor
    answers: Sequence[Answer]


Reply = tuple[float, Tensor]
"""The summed loss in nats, and its gradient, shape (n, d)."""

ResultT = TypeVar("ResultT")
Run = Generator[Request, Reply, ResultT]


class GradientSource:
    """Answers requests, in passes of at most `tokens_at_once` tokens where that is given.

    Padding counts. Where the device's memory does not hold a pass, half of its tokens are tried; a
    row is never cut.
    """

    def __init__(
        self,
        prompted: PromptedModel,
        on_event: OnEvent | None = None,
        tokens_at_once: int | None = None,
    ) -> None:
        self._prompted = prompted
        self._on_event = on_event
        self.tokens_at_once = tokens_at_once

    def gradients(self, requests: Sequence[Request]) -> list[Reply]:
        """Return loss and gradient of each request, from one pass over all of their answers.

        Raises OutOfMemoryError if not even one row fits.
        """
        rows = [(i, answer) for i, request in enumerate(requests) for answer in request.answers]
        rows.sort(key=lambda row: _length(row[1]))
        lengths = [len(requests[i].prompt) + _length(answer) for i, answer in rows]
        prompts = [request.prompt for request in requests]
        while True:
            passes = cut(lengths, self.tokens_at_once)
            replies = self._try(prompts, rows, passes)
            if replies is not None:
                return replies
            self._halve(lengths, passes)

    def tell(self, name: str, figures: dict[str, float]) -> None:
        """Tell of a decision that all runs share."""
        if self._on_event is not None:
            self._on_event(name, figures)

    def _try(
        self,
        prompts: Sequence[Tensor],
        rows: Sequence[tuple[int, Answer]],
        passes: Sequence[slice],
    ) -> list[Reply] | None:
        """The replies, or None where memory ran out; the failed pass is let go of by then."""
        try:
            return self._sums(prompts, rows, passes)
        except torch.OutOfMemoryError:
            return None

    def _sums(
        self,
        prompts: Sequence[Tensor],
        rows: Sequence[tuple[int, Answer]],
        passes: Sequence[slice],
    ) -> list[Reply]:
        sums = [0.0] * len(prompts)
        gradients = [torch.zeros_like(prompt) for prompt in prompts]
        for part in passes:
            owners, answers = zip(*rows[part], strict=True)
            losses = self._prompted.losses_of(prompts, owners, answers)
            parts = torch.autograd.grad(losses.sum(), prompts, allow_unused=True)
            for owner, loss in zip(owners, losses.tolist(), strict=True):
                sums[owner] += loss
            for i, gradient in enumerate(parts):
                gradients[i] += 0.0 if gradient is None else gradient
        return list(zip(sums, gradients, strict=True))

    def _halve(self, lengths: Sequence[int], passes: Sequence[slice]) -> None:
        release_memory()
        if all(part.stop - part.start == 1 for part in passes):
            raise OutOfMemoryError("not even one row fits into the device's memory")
        self.tokens_at_once = max(_padded(lengths[part]) for part in passes) // 2
        self.tell("micro_batch_cut", {"tokens_at_once": self.tokens_at_once})


def release_memory() -> None:
    """Give what a card's allocator keeps back to the card."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def cut(lengths: Sequence[int], tokens_at_once: int | None) -> list[slice]:
    """Cut rows of these lengths, in their order, into passes within a budget of padded tokens.

    A row that is over the budget by itself is a pass of its own.
    """
    if tokens_at_once is None:
        return [slice(0, len(lengths))]
    passes, start = [], 0
    for end in range(1, len(lengths) + 1):
        if end - start > 1 and _padded(lengths[start:end]) > tokens_at_once:
            passes.append(slice(start, end - 1))
            start = end - 1
    return [*passes, slice(start, len(lengths))]


def _padded(lengths: Sequence[int]) -> int:
    return len(lengths) * max(lengths)


def _length(answer: Answer) -> int:
    return len(answer.row.context) + len(answer.row.rest) + len(answer.tokens)


def drive(runs: Sequence[Run[ResultT]], source: GradientSource) -> list[ResultT | Exception]:
    """Run generators side by side; at each step their requests share one forward pass.

    A run that raises ends alone; its place in the result holds the exception. Where not even one
    row fits into memory, all that asked end so.
    """
    results: dict[int, ResultT | Exception] = {}
    requests: dict[int, Request] = {}
    for i, run in enumerate(runs):
        _advance(i, run, None, requests, results)
    while requests:
        waiting = list(requests)
        replies = _answers(source, [requests.pop(i) for i in waiting])
        for i, reply in zip(waiting, replies, strict=True):
            _advance(i, runs[i], reply, requests, results)
    return [results[i] for i in range(len(runs))]


def _answers(source: GradientSource, asked: Sequence[Request]) -> Sequence[Reply | TuningError]:
    """What each request gets: its reply, or the one error of them all."""
    try:
        return source.gradients(asked)
    except TuningError as error:
        return [error] * len(asked)


def _advance(
    i: int,
    run: Run[ResultT],
    reply: Reply | TuningError | None,
    requests: dict[int, Request],
    results: dict[int, ResultT | Exception],
) -> None:
    try:
        requests[i] = _resume(run, reply)
    except StopIteration as end:
        results[i] = end.value
    except Exception as error:
        # Whatever one run or its callbacks raise must not end the others.
        results[i] = error


def _resume(run: Run[ResultT], reply: Reply | TuningError | None) -> Request:
    if reply is None:
        return next(run)
    return run.throw(reply) if isinstance(reply, TuningError) else run.send(reply)
