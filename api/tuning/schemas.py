"""Fine-tuning jobs as clients send and see them."""

from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, Field, StringConstraints

from api.progress import Progress, progress_of
from api.schemas import JobStatus, Priority, RequestModel, unix, unix_or_none
from api.tuning.measures import (
    CheckpointMetrics,
    ClientHyperparameters,
    NearestTokenObject,
    StepValues,
    TuningOutcome,
)
from store.events import EventType, Level
from store.leftovers import Leftovers
from store.schema import ACTIVE, Event, Job, Metrics, Snapshot
from tsloss_core.spec import SoftPromptSpec
from tsloss_core.spec.fields import FileId, Seed

MetadataKey = Annotated[str, StringConstraints(pattern=r"^[^\x00]{1,64}$")]
MetadataValue = Annotated[str, StringConstraints(pattern=r"^[^\x00]{0,512}$")]

Metadata = Annotated[
    dict[MetadataKey, MetadataValue],
    Field(max_length=16, json_schema_extra={"additionalProperties": False}),
]


class Method(RequestModel):
    """How the model is tuned."""

    type: Literal["soft_prompt"] = "soft_prompt"
    soft_prompt: SoftPromptSpec = SoftPromptSpec()


class CreateJob(RequestModel):
    """A tuning job. Only `model` and `training_file` are required."""

    model: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    training_file: FileId
    validation_file: FileId | None = None
    seed: Seed | None = Field(None, description="Random if left out.")
    suffix: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")] | None = None
    metadata: Metadata | None = None
    priority: Priority = Field(0, description="Higher ones are run first.")
    method: Method = Method()


class JobError(BaseModel):
    """Why a job failed.

    `code` is `invalid_data`, `model_not_loadable`, `out_of_memory`, `diverged`, `timeout`,
    `worker_lost` or `internal`; `param` names the field of the job that is to blame, if one is.
    """

    code: str
    message: str
    param: str | None


class JobObject(BaseModel):
    """A fine-tuning job, with every "auto" resolved.

    `progress_at` is when the run got on last; `outcome` is what the finished run measured;
    `analysis` is the id of the newest analysis of its snapshots; `experiment` and `arm` say which
    experiment the job is a run of. Times are in unix seconds.
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
    method: Method
    hyperparameters: ClientHyperparameters
    priority: int
    progress: Progress | None
    progress_at: int | None
    cancel_requested_at: int | None
    pause_requested_at: int | None
    attempt: int
    outcome: TuningOutcome | None
    analysis: str | None
    experiment: str | None
    arm: str | None


def job_object(job: Job, left: Leftovers) -> JobObject:
    """Return a job as its answer."""
    progress = progress_of(job.progress) if job.status in ACTIVE else None
    return JobObject(
        id=job.id,
        created_at=unix(job.created_at),
        started_at=unix_or_none(job.started_at),
        finished_at=unix_or_none(job.finished_at),
        estimated_finish=progress.finishes_at if progress else None,
        status=job.status,
        error=job_error(job),
        model=str(job.model_id),
        fine_tuned_model=left.tuned_model,
        organization_id=job.project_id,
        training_file=str(job.training_file_id),
        validation_file=job.validation_file_id,
        result_files=left.result_files,
        trained_tokens=job.trained_tokens,
        seed=job.seed,
        suffix=job.suffix,
        metadata=job.metadata_,
        method=Method(soft_prompt=SoftPromptSpec.model_validate(job.spec)),
        hyperparameters=ClientHyperparameters.model_validate(job.spec["hyperparameters"]),
        priority=job.priority,
        progress=progress,
        progress_at=unix_or_none(job.progress_at),
        cancel_requested_at=unix_or_none(job.cancel_requested_at),
        pause_requested_at=unix_or_none(job.pause_requested_at),
        attempt=job.attempt,
        outcome=None if job.outcome is None else TuningOutcome.model_validate(job.outcome),
        analysis=left.analysis,
        experiment=job.experiment_id,
        arm=job.arm,
    )


def job_error(job: Job) -> JobError | None:
    """Return why a job failed, or None."""
    if job.error_code is None:
        return None
    return JobError(code=job.error_code, message=job.error_message or "", param=job.error_param)


class EventObject(BaseModel):
    """Something that happened to a job. `number` counts a job's events from 1 without gaps."""

    id: str
    object: Literal["fine_tuning.job.event"] = "fine_tuning.job.event"
    created_at: int
    number: int
    level: Level
    type: EventType
    message: str
    data: dict[str, Any]


def event_object(event: Event) -> EventObject:
    """Return an event as its answer."""
    return EventObject(
        id=event.id,
        created_at=unix(event.created_at),
        number=event.number,
        level=cast("Level", event.level),
        type=cast("EventType", event.type),
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
    metrics: CheckpointMetrics
    nearest_tokens: list[NearestTokenObject]


def checkpoint_object(snapshot: Snapshot) -> CheckpointObject:
    """Return a snapshot as its answer."""
    return CheckpointObject(
        id=snapshot.id,
        created_at=unix(snapshot.created_at),
        fine_tuning_job_id=snapshot.job_id,
        fine_tuned_model_checkpoint=snapshot.id,
        step_number=snapshot.step,
        epoch=snapshot.epoch,
        metrics=CheckpointMetrics.model_validate({"step": snapshot.step, **snapshot.metrics}),
        nearest_tokens=[
            NearestTokenObject.model_validate(token) for token in snapshot.nearest_tokens
        ],
    )


class StepObject(BaseModel):
    """What was measured at a step."""

    object: Literal["fine_tuning.job.step"] = "fine_tuning.job.step"
    step: int
    values: StepValues


def step_object(metrics: Metrics) -> StepObject:
    """Return a step's values as their answer."""
    return StepObject(step=metrics.step, values=StepValues.model_validate(metrics.values))
