"""One example of everything that is sent and answered, for the OpenAPI document."""

from typing import Any

from api.analyses.examples import EXAMPLES as ANALYSES
from api.experiments.examples import EXAMPLES as EXPERIMENTS
from tsloss_core.spec import SoftPromptSpec, resolve

Example = dict[str, Any]

_AT = 1_767_225_600
_PROJECT = "proj-3mDJqVxkXGJHZwLvNc5hTyRb"
_FILE = "file-Yc1RZkqGmW8sB7dTnXv4LhJe"
_JOB = "ftjob-Hs6PbQeK2fUvTn9rCwXzMa4L"
_MODEL = "smollm2-135m-instruct"

CREATE_JOB: Example = {
    "model": _MODEL,
    "training_file": _FILE,
    "seed": 7,
    "suffix": "gsm",
    "metadata": {"team": "search"},
    "method": {
        "type": "soft_prompt",
        "soft_prompt": {"num_virtual_tokens": 20, "regularizer": {"type": "tsloss", "weight": 1.0}},
    },
}
ESTIMATE: Example = {
    "object": "fine_tuning.estimate",
    "steps": 200,
    "tokens": 118_400,
    "memory_bytes": 94_371_840,
    "seconds": 96.5,
    "device": "cpu",
    "unknown": {},
}
JOB: Example = {
    "id": _JOB,
    "object": "fine_tuning.job",
    "created_at": _AT,
    "started_at": _AT + 2,
    "finished_at": None,
    "estimated_finish": _AT + 120,
    "status": "running",
    "error": None,
    "model": _MODEL,
    "fine_tuned_model": None,
    "organization_id": _PROJECT,
    "training_file": _FILE,
    "validation_file": None,
    "result_files": [],
    "trained_tokens": 29_600,
    "seed": 7,
    "suffix": "gsm",
    "metadata": {"team": "search"},
    "method": {
        "type": "soft_prompt",
        "soft_prompt": resolve(SoftPromptSpec(), 80).model_dump(mode="json"),
    },
    "hyperparameters": {"n_epochs": 20, "batch_size": 8, "learning_rate_multiplier": 1.0},
    "priority": 0,
    "progress": {
        "phase": "training",
        "step": 50,
        "of": 200,
        "percent": 25.0,
        "steps_per_second": 1.9,
        "finishes_at": _AT + 120,
    },
    "progress_at": _AT + 40,
    "cancel_requested_at": None,
    "pause_requested_at": None,
    "attempt": 1,
    "outcome": None,
    "analysis": None,
    "experiment": None,
    "arm": None,
}
EVENT: Example = {
    "id": "ftevent-Zp4KqTr8WxNv6BmLsJd2YhCg",
    "object": "fine_tuning.job.event",
    "created_at": _AT + 5,
    "number": 4,
    "level": "info",
    "type": "message",
    "message": "Epoch 1 begins (step 1 of 200)",
    "data": {},
}
CHECKPOINT: Example = {
    "id": "ftckpt-Bn7VwYx3MrQz5GtHkLf9JsPd",
    "object": "fine_tuning.job.checkpoint",
    "created_at": _AT + 30,
    "fine_tuning_job_id": _JOB,
    "fine_tuned_model_checkpoint": "ftckpt-Bn7VwYx3MrQz5GtHkLf9JsPd",
    "step_number": 10,
    "epoch": 1,
    "metrics": {"step": 10, "train_loss": 1.42},
    "nearest_tokens": [{"token_id": 338, "token": " is", "distance": 0.81}],
}
STEP: Example = {
    "object": "fine_tuning.job.step",
    "step": 10,
    "values": {
        "epoch": 1,
        "loss": 1.42,
        "regularizer": 0.37,
        "terms": {"h0": 0.21, "h1": 0.16},
        "gradient_norm": 0.93,
        "gradient_ratio": 0.04,
        "learning_rate": 0.0025,
        "tokens": 5920,
        "seconds": 0.52,
    },
}
FILE: Example = {
    "id": _FILE,
    "object": "file",
    "bytes": 12_345,
    "created_at": _AT,
    "filename": "rows.jsonl",
    "purpose": "fine-tune",
    "status": "processed",
    "rows": 80,
}
MODEL: Example = {
    "id": f"st:{_MODEL}:gsm:CwXzMa4L",
    "object": "model",
    "created": _AT + 120,
    "owned_by": _PROJECT,
    "base_model": _MODEL,
    "fine_tuning_job": _JOB,
    "max_row_tokens": None,
    "max_virtual_tokens": None,
}
CREATE_WEBHOOK: Example = {
    "url": "https://example.com/hooks/tsloss",
    "events": ["fine_tuning.job.succeeded", "fine_tuning.job.failed"],
}
WEBHOOK: Example = {
    "id": "whk-Lm9PdRv4XsTq7KzNbWc2GyHf",
    "object": "webhook",
    **CREATE_WEBHOOK,
    "created_at": _AT,
    "disabled_at": None,
}
NEW_WEBHOOK: Example = {
    **WEBHOOK,
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
}
DELIVERY: Example = {
    "id": "msg-Tw3HgNy8ZqLx5VbRkJs6CmDf",
    "object": "webhook.delivery",
    "event": "fine_tuning.job.succeeded",
    "job_id": _JOB,
    "state": "delivered",
    "tries": 1,
    "next_try_at": None,
    "answer_status": 204,
    "error": None,
    "created_at": _AT + 120,
    "delivered_at": _AT + 121,
}
CREATE_KEY: Example = {"name": "ci", "scopes": ["read", "write"], "expires_in": 86_400}
KEY: Example = {
    "id": "key-Jf6ScVx9TnKw4QzMbLr8YpGd",
    "object": "api_key",
    "name": "ci",
    "hint": "c3Xk",
    "scopes": ["read", "write"],
    "created_at": _AT,
    "expires_at": _AT + 86_400,
    "revoked_at": None,
    "last_used_at": None,
}
NEW_KEY: Example = {**KEY, "key": "tsl_an-example-that-opens-nothing-at-all-c3Xk"}
SESSION: Example = {
    "object": "session",
    "organization_id": _PROJECT,
    "key_id": KEY["id"],
    "scopes": ["read", "write"],
}
DELETED: Example = {"id": _FILE, "object": "file", "deleted": True}
ERROR: Example = {
    "error": {
        "message": "method.soft_prompt.regularizer.alpha: Input should be greater than 0",
        "type": "invalid_request_error",
        "param": "method.soft_prompt.regularizer.alpha",
        "code": "greater_than",
    }
}

EXAMPLES: dict[str, Example] = {
    "CheckpointObject": CHECKPOINT,
    "CreateJob": CREATE_JOB,
    "CreateKey": CREATE_KEY,
    "CreateWebhook": CREATE_WEBHOOK,
    "Deleted": DELETED,
    "DeliveryObject": DELIVERY,
    "ErrorBody": ERROR,
    "EstimateObject": ESTIMATE,
    "EventObject": EVENT,
    "FileObject": FILE,
    "JobObject": JOB,
    "KeyObject": KEY,
    "ModelObject": MODEL,
    "NewKeyObject": NEW_KEY,
    "NewWebhookObject": NEW_WEBHOOK,
    "SessionObject": SESSION,
    "StepObject": STEP,
    "WebhookObject": WEBHOOK,
    **ANALYSES,
    **EXPERIMENTS,
}
"""By the name of the schema. They are added to the finished document: FastAPI drops nulls in it."""
