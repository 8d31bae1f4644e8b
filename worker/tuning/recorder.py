"""Writes what a tuning run reports: artifacts first, their rows after."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import torch

from store.events import Level
from store.runs import Run
from tsloss_core.prompts import Recipe, save_prompt
from tsloss_core.tuning import Snapshot, StepMetrics, TuningState
from worker.storage import PatientArtifacts

FLUSH_SECONDS = 1.0

EVENTS = {
    "bf16_accepted": "Computing in bf16",
    "bf16_refused": "Computing in float32: the gradient in bf16 points elsewhere",
    "micro_batch_cut": "The device's memory does not hold the batch: fewer tokens at once",
    "grading_batch_cut": "The device's memory does not hold the rows: fewer are graded at once",
}
EVENT_LEVELS: dict[str, Level] = {
    "bf16_accepted": "info",
    "bf16_refused": "warn",
    "micro_batch_cut": "info",
    "grading_batch_cut": "info",
}


def event_words(name: str, figures: Mapping[str, float]) -> str:
    """Return what the engine decided by itself, with its figures, in a sentence."""
    told = ", ".join(f"{key} {value:.4g}" for key, value in figures.items())
    return f"{EVENTS[name]} ({told})"


class Recorder:
    """The callbacks of a run. Steps are written in batches, about once a second."""

    def __init__(
        self,
        run: Run,
        artifacts: PatientArtifacts,
        recipe: Recipe,
        also_on_step: Callable[[StepMetrics], None],
    ) -> None:
        self._run = run
        self._also_on_step = also_on_step
        self._artifacts = artifacts
        self._recipe = recipe
        self._pending: dict[int, StepMetrics] = {}
        self._flushed = time.monotonic()
        self._state_key: str | None = None
        self._epoch = 0
        self.last_snapshot: Snapshot | None = None

    def on_step(self, metrics: StepMetrics) -> None:
        """Keep a step for the next batch; tell of a new epoch."""
        self._also_on_step(metrics)
        self._pending[metrics.step] = metrics
        if metrics.epoch != self._epoch:
            self._epoch = metrics.epoch
            message = f"Epoch {metrics.epoch} begins (step {metrics.step} of {metrics.of})"
            self._run.record_event(message, key=f"epoch:{metrics.epoch}")
        if time.monotonic() - self._flushed >= FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write the steps kept so far."""
        if not self._pending:
            return
        newest = self._pending[max(self._pending)]
        values = {step: _values(metrics) for step, metrics in self._pending.items()}
        self._run.record_steps(values, _progress(newest, self._speed()), newest.tokens)
        self._pending.clear()
        self._flushed = time.monotonic()

    def on_snapshot(self, snapshot: Snapshot) -> None:
        """Store a snapshot's prompt, then its row."""
        self.flush()
        key = self._run.key.artifact_key("snapshot", snapshot.step) + ".safetensors"
        prompt = torch.from_numpy(snapshot.prompt)
        self._artifacts.put(key, save_prompt(prompt, self._recipe))
        metrics = _snapshot_metrics(snapshot)
        nearest = [token.to_json() for token in snapshot.nearest_tokens]
        self._run.record_snapshot(snapshot.step, snapshot.epoch, key, metrics, nearest)
        self.last_snapshot = snapshot

    def on_state(self, state: TuningState) -> None:
        """Store a resume state, point at it, and drop this attempt's one before."""
        self.flush()
        key = self._run.key.artifact_key("state", state.step)
        if key == self._state_key:
            return
        self._artifacts.put(key, state.to_bytes())
        self._run.record_state(state.step, key)
        if self._state_key is not None:
            self._artifacts.delete(self._state_key)
        self._state_key = key

    def on_event(self, name: str, figures: dict[str, float]) -> None:
        """Tell the job's owner what the engine decided by itself."""
        told = event_words(name, figures)
        self._run.record_event(told, level=EVENT_LEVELS[name], data=figures)

    def _speed(self) -> float:
        """Steps per second since the last batch, evaluations included."""
        return len(self._pending) / max(time.monotonic() - self._flushed, 1e-6)


def _values(metrics: StepMetrics) -> dict[str, Any]:
    values = asdict(metrics)
    for name in ("step", "of"):
        del values[name]
    return values


def _progress(metrics: StepMetrics, speed: float) -> dict[str, Any]:
    remaining = (metrics.of - metrics.step) / speed
    return {
        "phase": "training",
        "step": metrics.step,
        "of": metrics.of,
        "percent": round(100 * metrics.step / metrics.of, 1),
        "steps_per_second": round(speed, 3),
        "finishes_at": int(time.time() + remaining),
    }


def _snapshot_metrics(snapshot: Snapshot) -> dict[str, Any]:
    """Under the names that fine-tuning clients know."""
    metrics: dict[str, Any] = {}
    if snapshot.training_loss is not None:
        metrics["train_loss"] = snapshot.training_loss
    if snapshot.validation is not None:
        metrics["full_valid_loss"] = snapshot.validation.loss
        metrics["full_valid_accuracy"] = snapshot.validation.accuracy
    return metrics
