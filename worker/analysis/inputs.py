"""Reads what an analysis looks at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from store.artifacts import ArtifactMissingError
from store.errors import NotFoundError
from store.files import Files
from store.jobs import Jobs
from store.schema import Job, Snapshot
from store.trajectories import metrics_of, snapshots_of
from tsloss_core.analysis import Drive, PointCloud, Trajectory, performance_of
from tsloss_core.clouds import read_cloud
from tsloss_core.prompts import load_prompt
from tsloss_core.spec import AnalysisInput, SoftPromptSpec
from worker.context import WorkerContext
from worker.errors import JobFailedError
from worker.storage import PatientArtifacts


@dataclass(frozen=True)
class RunIdentity:
    """What tells one whole run from another: its seed, and its settings as comparable texts."""

    seed: int
    setting: Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """An input by its name, and its trajectory; `run` where that is of a whole run."""

    label: str
    trajectory: Trajectory
    run: RunIdentity | None = None


class SnapshotClouds(Sequence[PointCloud]):
    """The prompts of snapshots, each read from storage when it is asked for."""

    def __init__(self, artifacts: PatientArtifacts, snapshots: Sequence[Snapshot]) -> None:
        self._artifacts = artifacts
        self._snapshots = snapshots

    def __len__(self) -> int:
        return len(self._snapshots)

    @overload
    def __getitem__(self, at: int) -> PointCloud: ...
    @overload
    def __getitem__(self, at: slice) -> "SnapshotClouds": ...
    def __getitem__(self, at: int | slice) -> "PointCloud | SnapshotClouds":
        if isinstance(at, slice):
            return SnapshotClouds(self._artifacts, self._snapshots[at])
        row = self._snapshots[at]
        prompt, _ = load_prompt(self._artifacts.read(row.artifact_key))
        return PointCloud(row.step, prompt.numpy())


def read_source(context: WorkerContext, project_id: str, given: AnalysisInput) -> Source:
    """Return an input's trajectory. Raises JobFailedError if it is gone or no good."""
    try:
        if given.point_cloud_file is not None:
            return _read_file(context, project_id, given.point_cloud_file)
        return _read_run(context, project_id, given)
    except (NotFoundError, ArtifactMissingError) as error:
        raise JobFailedError("invalid_data", f"the input is gone: {error}") from None


def _read_file(context: WorkerContext, project_id: str, file_id: str) -> Source:
    with context.database.transaction() as session:
        file = Files(session, project_id).get(file_id)
    limits = context.settings
    data = context.artifacts.read(file.artifact_key)
    try:
        points = read_cloud(data, file.filename, limits.max_points, limits.max_point_width)
    except ValueError as error:
        raise JobFailedError("invalid_data", str(error), "point_cloud_file") from None
    return Source(file_id, Trajectory([PointCloud(0, points)]))


def _read_run(context: WorkerContext, project_id: str, given: AnalysisInput) -> Source:
    job_id = str(given.fine_tuning_job)
    with context.database.transaction() as session:
        job = Jobs(session, project_id, "tuning").get(job_id)
        snapshots = snapshots_of(session, job_id)
        steps = metrics_of(session, job_id)
    if given.checkpoints is not None:
        snapshots = [row for row in snapshots if row.id in given.checkpoints]
    if not snapshots:
        raise JobFailedError("invalid_data", f"job '{job_id}' has no snapshot", "fine_tuning_job")
    trajectory = Trajectory(
        clouds=SnapshotClouds(context.artifacts, snapshots),
        steps=steps,
        performance=performance_of({row.step: row.metrics for row in snapshots}),
        nearest=[row.nearest_tokens for row in snapshots],
        drive=_drive(job, steps, snapshots[-1].step),
    )
    return Source(job_id, trajectory, _identity(job) if given.checkpoints is None else None)


def _identity(job: Job) -> RunIdentity:
    """What tells a run from others; runs of an experiment differ by seed alone within an arm.

    There a random direction has the run's seed, a warm start the prompt of that seed's run.
    """
    spec = SoftPromptSpec.model_validate(job.spec)
    setting = {
        "model": str(job.model_id),
        "training file": str(job.training_file_id),
        "validation file": str(job.validation_file_id),
        "regulariser": spec.regularizer.model_dump_json(exclude={"seed"}),
        "other settings": spec.model_dump_json(exclude={"regularizer": True, "init": {"id"}}),
    }
    return RunIdentity(job.seed, setting)


def _drive(job: Job, steps: Sequence[dict[str, float]], last_step: int) -> Drive | None:
    """What moved the prompt, if every step up to the last snapshot was measured."""
    if len(steps) < last_step:
        return None
    return Drive(
        SoftPromptSpec.model_validate(job.spec).hyperparameters,
        tuple(step["gradient_norm"] for step in steps),
        tuple(step["learning_rate"] for step in steps),
        job.seed,
    )
