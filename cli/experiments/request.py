"""What is asked of the service for a preset, sized for a small model on two processor cores."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cli.experiments.tasks import TaskRows, make_tasks
from tsloss_core.experiments import seeds_needed
from tsloss_core.spec.experiments import ExperimentRequest, ExperimentSpec

BATCH, VIRTUAL_TOKENS, LONGEST_ANSWER = 8, 20, 8
FEWEST_SEEDS = 10
GRADINGS = 3
"""Times that the held-out rows are graded during a run."""

PLAIN_ARM = "none"

Json = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """Rows of a task; most steps of a run, snapshots in them besides the first, learning rate."""

    training_rows: int
    held_out_rows: int
    steps: int
    snapshots: int
    learning_rate: float


TO_THE_END = Size(64, 40, steps=48, snapshots=GRADINGS, learning_rate=5e-3)
UNTIL_CONVERGED = Size(10, 40, steps=80, snapshots=20, learning_rate=2e-2)
"""Ten training rows, as in the paper's multi-sample setting, looked at after every second step.
At 5e-3 none of 32 runs, of any regulariser, converges within 40 steps; at 2e-2, without one, two
seeds of each task do after 30 to 52. Enough snapshots for a run's own structure against its
loss."""

SIZES = {
    "paper-main": TO_THE_END,
    "paper-convergence": UNTIL_CONVERGED,
    "paper-ablation": UNTIL_CONVERGED,
    "adaptive-weighting": TO_THE_END,
    "equidistance-control": TO_THE_END,
    "transfer": TO_THE_END,
}


@dataclass(frozen=True)
class PresetRun:
    """A preset with the model and what else the caller wants, None for the preset's own."""

    preset: str
    model: str
    seeds: int | None = None
    steps: int | None = None
    precision: str | None = None

    @property
    def transfers(self) -> bool:
        """Whether its warm arms start from prompts that another experiment has tuned."""
        return self.preset == "transfer"

    def tasks(self) -> list[TaskRows]:
        """Return the rows of every task. `transfer` goes from the first to the others."""
        size = self._size()
        return make_tasks(size.training_rows, size.held_out_rows)

    def body(self, tasks: Sequence[Json], source: Json | None = None) -> Json:
        """Return the request on uploaded tasks; `source` is where warm arms start."""
        body = self._common(self.preset, tasks) | {"preset": self.preset}
        if source is not None:
            body["source"] = source
        return body | {"seeds": self._seeds(body)}

    def source_body(self, task: Json, seeds: Sequence[int]) -> Json:
        """Return the request for the experiment that tunes the prompts of the warm arms."""
        arms = [{"name": PLAIN_ARM, "regularizer": {"type": "none"}}]
        return self._common(f"{self.preset}-source", [task]) | {"arms": arms, "seeds": list(seeds)}

    def _common(self, name: str, tasks: Sequence[Json]) -> Json:
        settings = _settings(self._size())
        if self.precision is not None:
            settings["hyperparameters"]["precision"] = self.precision
        return {
            "name": name, "models": [self.model], "tasks": list(tasks), "soft_prompt": settings,
        }  # fmt: skip

    def _size(self) -> Size:
        usual = SIZES[self.preset]
        return replace(usual, steps=self.steps or usual.steps)

    def _seeds(self, body: Json) -> list[int]:
        if self.seeds is not None:
            return list(range(self.seeds))
        return list(range(max(FEWEST_SEEDS, seeds_needed(completed(body).tests))))


def completed(body: Json) -> ExperimentSpec:
    """Return the experiment that a request body comes to."""
    nameless = {field: value for field, value in body.items() if field != "name"}
    return ExperimentRequest.model_validate(nameless).complete()


def _settings(size: Size) -> Json:
    """What differs from the paper's settings: its start and its learning rate need 300 epochs."""
    epochs = math.ceil(size.steps / math.ceil(size.training_rows / BATCH))
    return {
        "num_virtual_tokens": VIRTUAL_TOKENS,
        "init": {"type": "vocabulary"},
        "hyperparameters": {
            "learning_rate": size.learning_rate,
            "batch_size": BATCH,
            "n_epochs": epochs,
            "max_steps": size.steps,
        },
        "evaluation": {
            "every_epochs": max(1, epochs // GRADINGS),
            "max_new_tokens": LONGEST_ANSWER,
        },
        "snapshots": {"every_epochs": max(1, epochs // size.snapshots)},
    }
