"""Measures a run, so that the next one of its kind can be estimated before it starts."""

import platform
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch

from store.measurements import Rates
from tsloss_core.spec import TuningConfig, resolve
from tsloss_core.tuning import StepMetrics, TokenRow
from worker.peak_memory import peak_memory, start_peak


class Stopwatch:
    """Adds up what steps and gradings took."""

    def __init__(
        self, config: TuningConfig, rows: Sequence[TokenRow], device: torch.device
    ) -> None:
        settings = resolve(config, len(rows)).hyperparameters
        lengths = [row.length + config.num_virtual_tokens for row in rows]
        batch = int(settings.batch_size)
        self._tokens_per_step = batch * settings.gradient_accumulation * sum(lengths) / len(rows)
        self._tokens_at_once = batch * max(lengths)
        self._device = device
        self._steps = 0
        self._step_seconds = self._grading_seconds = 0.0
        self._graded = 0
        self._before = start_peak(device)

    def on_step(self, metrics: StepMetrics) -> None:
        """Count a training step."""
        self._steps += 1
        self._step_seconds += metrics.seconds

    @contextmanager
    def grading(self, rows: int) -> Iterator[None]:
        """Time the grading of so many rows."""
        start = time.perf_counter()
        yield
        self._grading_seconds += time.perf_counter() - start
        self._graded += rows

    def rates(self, tokens_at_once: int | None = None) -> Rates | None:
        """Return what was measured, or None for a run that had nothing left to train or grade.

        `tokens_at_once` is what its passes were cut to, if they were.
        """
        if not self._steps or not self._graded:
            return None
        peak = max(0, peak_memory(self._device) - self._before)
        return Rates(
            device_name(self._device),
            self._steps * self._tokens_per_step / self._step_seconds,
            self._graded / self._grading_seconds,
            peak / min(self._tokens_at_once, tokens_at_once or self._tokens_at_once),
        )


def device_name(device: torch.device) -> str:
    """Return the card's name, or the processor's architecture and the threads used of it."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"cpu {platform.machine()}, {torch.get_num_threads()} threads"
