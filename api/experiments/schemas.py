"""Experiments as clients send and see them."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from api.schemas import Priority, RequestModel, unix, unix_or_none
from api.tuning.schemas import Metadata
from store.experiment_tally import ExperimentStatus, Tally
from store.schema import Experiment
from tsloss_core.experiments import fewest_seeds
from tsloss_core.spec.experiments import ExperimentRequest, ExperimentSpec
from tsloss_core.spec.experiments.request import Seeds

ExperimentName = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,128}$")]


class CreateExperiment(ExperimentRequest):
    """An experiment: a tuning job for each model, task, arm and seed, and one comparison."""

    name: ExperimentName | None = Field(None, description="The preset's if left out.")
    metadata: Metadata | None = None
    priority: Priority = Field(0, description="That of every job.")


class ExtendExperiment(RequestModel):
    """Further seeds: a job for each model, task, arm and new seed."""

    seeds: Seeds


class ExperimentJobs(BaseModel):
    """Jobs by status. `missing` were deleted: the matrix has a run without a job."""

    planned: int
    queued: int
    validating_files: int
    running: int
    paused: int
    succeeded: int
    failed: int
    cancelled: int
    missing: int


class ExperimentProgress(BaseModel):
    """How far the jobs are together.

    `finishes_at` is an estimate; null until a job has succeeded, and while none is run.
    """

    percent: float
    finishes_at: int | None


class ExperimentObject(BaseModel):
    """An experiment. `settings` has every setting of every arm.

    Its status follows from its jobs: `incomplete` means that all have ended and some, not all,
    succeeded. The report says what the others ended with. With less than `fewest_seeds` no
    difference of any size can be significant after the correction; null without comparisons.
    """

    id: str
    object: Literal["experiment"] = "experiment"
    created_at: int
    started_at: int | None
    finished_at: int | None
    status: ExperimentStatus
    name: str
    organization_id: str
    priority: int
    metadata: dict[str, str]
    jobs: ExperimentJobs
    progress: ExperimentProgress
    fewest_seeds: int | None
    settings: ExperimentSpec


def experiment_object(experiment: Experiment, tally: Tally) -> ExperimentObject:
    """Return an experiment as its answer."""
    settings = ExperimentSpec.model_validate(experiment.spec)
    return ExperimentObject(
        id=experiment.id,
        created_at=unix(experiment.created_at),
        started_at=unix_or_none(tally.started_at),
        finished_at=unix_or_none(tally.finished_at) if tally.ended else None,
        status=tally.status,
        name=experiment.name,
        organization_id=experiment.project_id,
        priority=experiment.priority,
        metadata=experiment.metadata_,
        jobs=_jobs(settings.size, tally),
        progress=_progress(tally),
        fewest_seeds=fewest_seeds(settings.tests) if settings.tests else None,
        settings=settings,
    )


def _jobs(planned: int, tally: Tally) -> ExperimentJobs:
    counts = {
        status: tally.count(status)
        for status in ExperimentJobs.model_fields
        if status not in ("planned", "missing")
    }
    return ExperimentJobs(planned=planned, missing=planned - tally.total, **counts)


def _progress(tally: Tally) -> ExperimentProgress:
    return ExperimentProgress(
        percent=round(100.0 * tally.done / tally.total, 1) if tally.total else 100.0,
        finishes_at=unix_or_none(tally.finishes_at()),
    )
