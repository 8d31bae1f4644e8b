"""Which jobs one run may train side by side."""

import hashlib
import json

from store.schema import Job


def co_tuning_key(job: Job) -> str:
    """Return what a tuning job shares with those that one run may train beside it.

    They share their forward passes and the grade of the untuned model, so model, files, prompt
    shape, precision and evaluation must agree; the templates of some models ask for the date, so
    the day of creation must too. Regulariser, seed, learning rate and batches are each job's own.
    Needs a job that was flushed.
    """
    settings = job.spec["hyperparameters"]
    shared = [
        job.project_id,
        job.model_id,
        job.training_file_id,
        job.validation_file_id,
        job.created_at.date().isoformat(),
        job.spec["placement"],
        job.spec["num_virtual_tokens"],
        settings["precision"],
        settings["gradient_checkpointing"],
        job.spec["evaluation"],
    ]
    return hashlib.sha256(json.dumps(shared).encode()).hexdigest()
