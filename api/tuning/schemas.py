"""Fine-tuning jobs as clients send and see them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from api.schemas import JobStatus, RequestModel, unix, unix_or_none
from store.schema import Event, Job, Metrics, Snapshot
from tsloss_core.spec import SoftPromptSpec

FileId = Annotated[str, StringConstraints(pattern=r"^file-[A-Za-z0-9]{1,58}$")]
MetadataKey = Annotated[str, StringConstraints(pattern=r"^[^\x00]{1,64}$")]
MetadataValue = Annotated[str, StringConstraints(pattern=r"^[^\x00]{0,512}$")]


class Method(RequestModel):
    """How the model is tuned."""

    type: Literal["soft_prompt"] = "soft_prompt"
    soft_prompt: SoftPromptSpec = SoftPromptSpec()


class CreateJob(RequestModel):
    """A tuning job. Only `model` and `training_file` are required."""

    model: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    training_file: FileId
    validation_file: FileId | None = None
    seed: int | None = Field(None, ge=0, le=2**31 - 1, description="Random if left out.")
    suffix: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")] | None = None
    metadata: dict[MetadataKey, MetadataValue] | None = Field(None, max_length=16)
    priority: int = Field(0, ge=-100, le=100, description="Higher ones are run first.")
    method: Method = Method()


class JobError(BaseModel):
    """Why a job failed."""

    code: str
    message: str
    param: str | None


class JobObject(BaseModel):
    """A fine-tuning job, with every "auto" resolved.

    `progress_at` is when the run got on last;
    `progress` is phase, step, of, percent, steps_per_second and finishes_at (unix seconds or null);
    `outcome` is what the finished run measured; `analysis` is the id of the newest analysis of its
    snapshots; `experiment` and `arm` say which experiment the job is a run of.
    """

    id: str
    object: Literal["fine_tuning.job"] = "fine_tuning.job"
    created_at: int
    started_at: int | None
    finished_at: int | None
    estimated_finish: int | None
    status: JobStatus
    error: JobError | None
    model: str
    fine_tuned_model: str | None
    organization_id: str
    training_file: str
    validation_file: str | None
    result_files: list[str]
    trained_tokens: int | None
    seed: int
    suffix: str | None
    metadata: dict[str, str]
    method: dict[str, Any]
    hyperparameters: dict[str, Any]
    priority: int
    progress: dict[str, Any] | None
    progress_at: int | None
    cancel_requested_at: int | None
    pause_requested_at: int | None
    attempt: int
    outcome: dict[str, Any] | None
    analysis: str | None
    experiment: str | None
    arm: str | None


def job_object(
    job: Job, result_files: list[str], fine_tuned_model: str | None, analysis: str | None
) -> JobObject:
    """Return a job as its answer."""
    progress = job.progress if job.status in ("validating_files", "running") else None
    return JobObject(
        id=job.id,
        created_at=unix(job.created_at),
        started_at=unix_or_none(job.started_at),
        finished_at=unix_or_none(job.finished_at),
        estimated_finish=(progress or {}).get("finishes_at"),
        status=job.status,
        error=job_error(job),
        model=str(job.model_id),
        fine_tuned_model=fine_tuned_model,
        organization_id=job.project_id,
        training_file=str(job.training_file_id),
        validation_file=job.validation_file_id,
        result_files=result_files,
        trained_tokens=job.trained_tokens,
        seed=job.seed,
        suffix=job.suffix,
        metadata=job.metadata_,
        method={"type": "soft_prompt", "soft_prompt": job.spec},
        hyperparameters=_hyperparameters(job.spec),
        priority=job.priority,
        progress=progress,
        progress_at=unix_or_none(job.progress_at),
        cancel_requested_at=unix_or_none(job.cancel_requested_at),
        pause_requested_at=unix_or_none(job.pause_requested_at),
        attempt=job.attempt,
        outcome=job.outcome,
        analysis=analysis,
        experiment=job.experiment_id,
        arm=job.arm,
    )


def job_error(job: Job) -> JobError | None:
    """Return why a job failed, or None."""
    if job.error_code is None:
        return None
    return JobError(code=job.error_code, message=job.error_message or "", param=job.error_param)


def _hyperparameters(spec: dict[str, Any]) -> dict[str, Any]:
    """The three settings under the names that fine-tuning clients know."""
    settings = spec["hyperparameters"]
    return {
        "n_epochs": settings["n_epochs"],
        "batch_size": settings["batch_size"],
        "learning_rate_multiplier": 1.0,
    }


class EventObject(BaseModel):
    """Something that happened to a job. `number` counts a job's events from 1 without gaps."""

    id: str
    object: Literal["fine_tuning.job.event"] = "fine_tuning.job.event"
    created_at: int
    number: int
    level: str
    type: str
    message: str
    data: dict[str, Any]


def event_object(event: Event) -> EventObject:
    """Return an event as its answer."""
    return EventObject(
        id=event.id,
        created_at=unix(event.created_at),
        number=event.number,
        level=event.level,
        type=event.type,
        message=event.message,
        data=event.data,
    )


class CheckpointObject(BaseModel):
    """The prompt alone at a step, and the vocabulary token nearest to each virtual token."""

    id: str
    object: Literal["fine_tuning.job.checkpoint"] = "fine_tuning.job.checkpoint"
    created_at: int
    fine_tuning_job_id: str
    fine_tuned_model_checkpoint: str
    step_number: int
    epoch: int
    metrics: dict[str, Any]
    nearest_tokens: list[Any]


def checkpoint_object(snapshot: Snapshot) -> CheckpointObject:
    """Return a snapshot as its answer."""
    return CheckpointObject(
        id=snapshot.id,
        created_at=unix(snapshot.created_at),
        fine_tuning_job_id=snapshot.job_id,
        fine_tuned_model_checkpoint=snapshot.id,
        step_number=snapshot.step,
        epoch=snapshot.epoch,
        metrics={"step": snapshot.step, **snapshot.metrics},
        nearest_tokens=snapshot.nearest_tokens,
    )


class StepObject(BaseModel):
    """What was measured at a step."""

    object: Literal["fine_tuning.job.step"] = "fine_tuning.job.step"
    step: int
    values: dict[str, Any]


def step_object(metrics: Metrics) -> StepObject:
    """Return a step's values as their answer."""
    return StepObject(step=metrics.step, values=metrics.values)
