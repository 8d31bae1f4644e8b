"""One example of everything that is sent and answered about experiments."""

from typing import Any

from tsloss_core.spec.experiments import ExperimentRequest

Example = dict[str, Any]

_AT = 1_767_225_600
_ID = "exp-Vb8TkRq4XnWs2JfLzYc6MhDp"
_TASK: Example = {
    "name": "intents",
    "training_file": "file-Yc1RZkqGmW8sB7dTnXv4LhJe",
    "validation_file": "file-Kp7WdNcTz3RbQxVs9GfLmJ5h",
}

CREATE_EXPERIMENT: Example = {
    "name": "does TSLoss help on our intents?",
    "models": ["smollm2-135m-instruct"],
    "tasks": [_TASK],
    "seeds": [0, 1, 2],
    "soft_prompt": {"num_virtual_tokens": 20, "hyperparameters": {"max_steps": 100}},
    "arms": [
        {"name": "none", "regularizer": {"type": "none"}},
        {"name": "tsloss", "regularizer": {"type": "tsloss"}},
    ],
}
_SETTINGS: Example = (
    ExperimentRequest.model_validate({k: v for k, v in CREATE_EXPERIMENT.items() if k != "name"})
    .complete()
    .model_dump(mode="json")
)
EXPERIMENT: Example = {
    "id": _ID,
    "object": "experiment",
    "created_at": _AT,
    "started_at": _AT + 2,
    "finished_at": None,
    "status": "running",
    "name": CREATE_EXPERIMENT["name"],
    "organization_id": "proj-3mDJqVxkXGJHZwLvNc5hTyRb",
    "priority": 0,
    "metadata": {},
    "jobs": {
        "planned": 6, "queued": 0, "validating_files": 0, "running": 4, "paused": 0,
        "succeeded": 2, "failed": 0, "cancelled": 0, "missing": 0,
    },
    "progress": {"percent": 61.5, "finishes_at": _AT + 600},
    "fewest_seeds": 6,
    "settings": _SETTINGS,
}  # fmt: skip
EXTEND_EXPERIMENT: Example = {"seeds": [3, 4]}
REPORT: Example = {
    "id": _ID,
    "name": CREATE_EXPERIMENT["name"],
    "status": "running",
    "created_at": _AT,
    "settings": _SETTINGS,
    "versions": [{"tsloss": "0.1.0"}],
    "results": {
        "primary": "accuracy",
        "level": 0.05,
        "planned_runs": 6,
        "succeeded_runs": 2,
        "families": [{"metric": "accuracy", "tests": 1, "smallest_p": None}],
        "tasks": [],
        "missing_runs": [],
        "notes": [],
    },
    "object": "experiment.report",
}

EXAMPLES: dict[str, Example] = {
    "CreateExperiment": CREATE_EXPERIMENT,
    "ExperimentObject": EXPERIMENT,
    "ExperimentReport": REPORT,
    "ExtendExperiment": EXTEND_EXPERIMENT,
}
