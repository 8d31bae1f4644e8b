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
    """Answers requests. Where the device's memory does not hold a batch, half of it is tried."""

    def __init__(
        self,
        prompted: PromptedModel,
        on_event: OnEvent | None = None,
        rows_at_once: int | None = None,
    ) -> None:
        self._prompted = prompted
        self._on_event = on_event
        self.rows_at_once = rows_at_once

    def gradients(self, requests: Sequence[Request]) -> list[Reply]:
        """Return loss and gradient of each request, from one pass over all of their answers.

        Raises OutOfMemoryError if not even one row fits.
        """
        while True:
            try:
                return self._try(requests)
            except torch.OutOfMemoryError:
                self._halve(sum(len(request.answers) for request in requests))

    def _try(self, requests: Sequence[Request]) -> list[Reply]:
        prompts = [request.prompt for request in requests]
        rows = [(i, answer) for i, request in enumerate(requests) for answer in request.answers]
        size = self.rows_at_once or len(rows)
        sums = [0.0] * len(requests)
        gradients = [torch.zeros_like(prompt) for prompt in prompts]
        for start in range(0, len(rows), size):
            owners, answers = zip(*rows[start : start + size], strict=True)
            losses = self._prompted.losses_of(prompts, owners, answers)
            parts = torch.autograd.grad(losses.sum(), prompts, allow_unused=True)
            for owner, loss in zip(owners, losses.tolist(), strict=True):
                sums[owner] += loss
            for i, part in enumerate(parts):
                gradients[i] += 0.0 if part is None else part
        return list(zip(sums, gradients, strict=True))

    def _halve(self, rows: int) -> None:
        size = min(self.rows_at_once or rows, rows)
        if size <= 1:
            raise OutOfMemoryError("not even one row fits into the device's memory") from None
        self.rows_at_once = size // 2
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        if self._on_event is not None:
            self._on_event("micro_batch_cut", {"rows_at_once": self.rows_at_once})


def drive(runs: Sequence[Run[ResultT]], source: GradientSource) -> list[ResultT | TuningError]:
    """Run generators side by side; at each step their requests share one forward pass.

    A run that fails with a TuningError ends alone; its place in the result holds the error.
    """
    results: dict[int, ResultT | TuningError] = {}
    requests: dict[int, Request] = {}
    for i, run in enumerate(runs):
        _advance(i, run, None, requests, results)
    while requests:
        waiting = list(requests)
        replies = source.gradients([requests.pop(i) for i in waiting])
        for i, reply in zip(waiting, replies, strict=True):
            _advance(i, runs[i], reply, requests, results)
    return [results[i] for i in range(len(runs))]


def _advance(
    i: int,
    run: Run[ResultT],
    reply: Reply | None,
    requests: dict[int, Request],
    results: dict[int, ResultT | TuningError],
) -> None:
    try:
        requests[i] = next(run) if reply is None else run.send(reply)
    except StopIteration as end:
        results[i] = end.value
    except TuningError as error:
        results[i] = error
