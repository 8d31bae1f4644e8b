"""Experiments and outcomes for tests."""

from collections.abc import Callable, Sequence
from typing import Any

from tsloss_core.experiments import RunOutcome
from tsloss_core.spec.experiments import ExperimentRequest, ExperimentSpec

ARMS = [
    {"name": "none", "regularizer": {"type": "none"}},
    {"name": "tsloss", "regularizer": {"type": "tsloss"}},
]


def experiment(seeds: Sequence[int] = range(10), **fields: Any) -> ExperimentSpec:
    """Return an experiment of one task with `none` and `tsloss`, unless told otherwise."""
    asked = {
        "models": ["tiny"],
        "tasks": [{"name": "intents", "training_file": "file-a", "validation_file": "file-b"}],
        "seeds": list(seeds),
        "arms": ARMS,
        **fields,
    }
    return ExperimentRequest.model_validate(asked).complete()


def outcomes(
    spec: ExperimentSpec, figures: Callable[[str, int], dict[str, Any]]
) -> list[RunOutcome]:
    """Return an outcome of every run; `figures` of arm and seed are its fields that differ."""
    return [
        RunOutcome(
            **{
                "model": run.model,
                "task": run.task.name,
                "arm": run.arm.name,
                "seed": run.seed,
                "status": "succeeded",
                "job": f"ftjob-{run.arm.name}{run.seed}",
                "evaluated_on": "validation_file",
                "rows": 40,
                "accuracy": 0.5,
                "loss": 1.0,
                "steps": 60,
                "step_seconds": 0.5,
                **figures(run.arm.name, run.seed),
            }
        )
        for run in spec.runs()
    ]
