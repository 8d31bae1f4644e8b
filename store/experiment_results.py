"""What the runs of an experiment measured, gathered with a query for each kind of figure."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Double, Integer, Select, func, select
from sqlalchemy.orm import Session, aliased

from store.schema import Experiment, Job, Metrics, Snapshot, Statistics


@dataclass(frozen=True)
class JobFigures:
    """A job's medians over its steps, its graded snapshots in order, its last structure."""

    step_seconds: float | None
    gradient_ratio: float | None
    graded: tuple[tuple[int, float, float], ...]
    structure: dict[str, Any]


def figures_of(session: Session, experiment: Experiment) -> dict[str, JobFigures]:
    """Return the figures of every job of an experiment that succeeded, by its id.

    A graded snapshot is step, accuracy, loss.
    """
    medians = _medians(session, experiment.id)
    graded = _graded(session, experiment.id)
    structures = _structures(session, experiment.id)
    succeeded = session.scalars(_succeeded(experiment.id).with_only_columns(Job.id))
    return {
        job_id: _figures(medians.get(job_id), graded[job_id], structures.get(job_id, {}))
        for job_id in succeeded
    }


def _figures(
    medians: tuple[float, float] | None,
    graded: list[tuple[int, float, float]],
    structure: dict[str, Any],
) -> JobFigures:
    seconds, ratio = medians or (None, None)
    return JobFigures(seconds, ratio, tuple(graded), structure)


def last_snapshots(
    session: Session, experiment: Experiment, files: tuple[str, str | None], arm: str
) -> dict[tuple[str, int], str]:
    """Return the last snapshot of each run of an arm on a task that succeeded, by model and seed.

    `files` are the task's training and validation file. Nobody deletes these runs before the
    transaction ends.
    """
    training, validation = files
    query = (
        select(Job.model_id, Job.seed, Snapshot.id)
        .join(Snapshot, Snapshot.job_id == Job.id)
        .where(
            Job.experiment_id == experiment.id,
            Job.status == "succeeded",
            Job.arm == arm,
            Job.training_file_id == training,
            Job.validation_file_id.is_not_distinct_from(validation),
        )
        .order_by(Job.created_at, Job.id, Snapshot.step)
        .with_for_update(of=Job, read=True, key_share=True)
    )
    return {(str(model), seed): last for model, seed, last in session.execute(query)}


def _succeeded(experiment_id: str) -> Select[Job]:
    return select(Job).where(Job.experiment_id == experiment_id, Job.status == "succeeded")


def _medians(session: Session, experiment_id: str) -> dict[str, tuple[float, float]]:
    def median(name: str) -> Any:
        value = Metrics.values[name].astext.cast(Double)
        return func.percentile_cont(0.5).within_group(value)

    query = (
        _succeeded(experiment_id)
        .join(Metrics, Metrics.job_id == Job.id)
        .group_by(Job.id)
        .with_only_columns(Job.id, median("seconds"), median("gradient_ratio"))
    )
    return {job_id: (seconds, ratio) for job_id, seconds, ratio in session.execute(query)}


def _graded(session: Session, experiment_id: str) -> dict[str, list[tuple[int, float, float]]]:
    query = (
        _succeeded(experiment_id)
        .join(Snapshot, Snapshot.job_id == Job.id)
        .where(Snapshot.metrics.has_key("full_valid_accuracy"))
        .order_by(Snapshot.job_id, Snapshot.step)
        .with_only_columns(Job.id, Snapshot.step, Snapshot.metrics)
    )
    graded = defaultdict(list)
    for job_id, step, metrics in session.execute(query):
        point = step, metrics["full_valid_accuracy"], metrics["full_valid_loss"]
        graded[job_id].append(point)
    return graded


def _structures(session: Session, experiment_id: str) -> dict[str, dict[str, Any]]:
    """The measures of the last snapshot in each job's newest analysis of H1 without bounded edges.

    Whatever else somebody has analysed a run with, all runs of an experiment are measured alike.
    """
    analysis = aliased(Job)
    settings = analysis.spec["settings"]
    query = (
        _succeeded(experiment_id)
        .join(analysis, analysis.source_job_id == Job.id)
        .join(Statistics, Statistics.job_id == analysis.id)
        .where(
            analysis.status == "succeeded",
            settings["max_edge_length"].astext.is_(None),
            settings["max_dimension"].astext.cast(Integer) >= 1,
        )
        .distinct(Job.id)
        .order_by(Job.id, analysis.created_at.desc(), analysis.id, Statistics.step.desc())
        .with_only_columns(Job.id, Statistics.values)
    )
    return dict(session.execute(query).tuples().all())
