"""Keeps what a run reports in its folder, so that it can go on from there, and shows it."""

from dataclasses import asdict
from typing import Any

import torch

from cli.tune.folder import RunFolder
from cli.tune.live import Display
from tsloss_core.prompts import Recipe, save_prompt
from tsloss_core.tuning import Evaluation, Snapshot, StepMetrics, TuningState
from worker.tuning.recorder import event_words


class Recorder:
    """The callbacks of a run."""

    def __init__(self, folder: RunFolder, recipe: Recipe, display: Display) -> None:
        self._folder = folder
        self._recipe = recipe
        self._display = display
        self.last_grade: tuple[int, Evaluation] | None = None

    def on_step(self, metrics: StepMetrics) -> None:
        """Keep and show a step."""
        self._folder.add_step(asdict(metrics))
        self._display.step(metrics)

    def on_snapshot(self, snapshot: Snapshot) -> None:
        """Keep and show a snapshot."""
        prompt = save_prompt(torch.from_numpy(snapshot.prompt), self._recipe)
        self._folder.add_snapshot(_about(snapshot), prompt)
        if snapshot.validation is not None:
            self.last_grade = snapshot.step, snapshot.validation
        self._display.snapshot(snapshot)

    def on_state(self, state: TuningState) -> None:
        """Keep a resume state."""
        self._folder.save_state(state.to_bytes())

    def on_event(self, name: str, figures: dict[str, float]) -> None:
        """Tell what the engine decided by itself."""
        self._display.say(event_words(name, figures))


def _about(snapshot: Snapshot) -> dict[str, Any]:
    graded = snapshot.validation
    return {
        "step": snapshot.step,
        "epoch": snapshot.epoch,
        "training_loss": snapshot.training_loss,
        "validation_loss": graded and graded.loss,
        "validation_accuracy": graded and graded.accuracy,
        "nearest_tokens": [token.to_json() for token in snapshot.nearest_tokens],
    }
