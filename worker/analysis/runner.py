"""Runs an analysis: the clouds of a tuning job's snapshots, or one that was uploaded."""

import itertools
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from store import lifecycle
from store.analyses import add_cloud_results, add_figure
from store.artifacts import ArtifactMissingError
from store.errors import NotFoundError
from store.files import Files
from store.jobs import metrics_of, snapshots_of
from store.runs import Run, set_progress
from store.schema import Job
from tsloss_core.analysis import (
    CloudAnalysis,
    Performance,
    PointCloud,
    Subject,
    analyze_trajectory,
    evolve,
    landmarks,
    render_figures,
    token_maps,
)
from tsloss_core.clouds import read_cloud
from tsloss_core.prompts import load_prompt
from tsloss_core.spec import AnalysisSettings
from worker.context import WorkerContext
from worker.errors import JobFailedError, RunStoppedError
from worker.lease import LeaseKeeper


@dataclass(frozen=True)
class Input:
    """The clouds to analyse, and what is known of the run that they come from."""

    clouds: list[PointCloud]
    steps: list[dict[str, Any]] = field(default_factory=list)
    accuracies: dict[int, float] = field(default_factory=dict)


def run_analysis(context: WorkerContext, job: Job, run: Run, keeper: LeaseKeeper) -> None:
    """Analyse every cloud, then draw the figures.

    Raises JobFailedError, RunStoppedError, or LeaseLostError.
    """
    subject = _read(context, job)
    run.start()

    done = itertools.count(1)

    def store_cloud(analysis: CloudAnalysis) -> None:
        _stop_if_asked(keeper)
        token_map = maps[analysis.step]
        _store_cloud(run, analysis, token_map, next(done), len(subject.clouds))

    settings = AnalysisSettings.model_validate(job.spec)
    try:
        maps = _maps(subject.clouds)
        analyses = analyze_trajectory(subject.clouds, settings, store_cloud)
    except ValueError as error:
        raise JobFailedError("invalid_data", str(error)) from error
    figures = Subject(
        analyses,
        [subject.clouds[at] for at in landmarks(len(subject.clouds))],
        evolve(analyses),
        subject.steps,
        Performance("full_valid_accuracy", subject.accuracies) if subject.accuracies else None,
    )
    for name, format_, data in render_figures(figures):
        _stop_if_asked(keeper)
        key = run.key.artifact_key("figure", name) + f".{format_}"
        context.artifacts.put(key, data)
        run.write(partial(_add_figure, name, format_, key))
    outcome = {"clouds": len(analyses)}
    run.write(lambda session, row: lifecycle.succeed(session, row, outcome))


def _add_figure(name: str, format_: str, key: str, session: Session, job: Job) -> None:
    add_figure(session, job.id, name, format_, key)


def _read(context: WorkerContext, job: Job) -> Input:
    try:
        if job.point_cloud_file_id is not None:
            return _read_file(context, job)
        return _read_snapshots(context, job)
    except (NotFoundError, ArtifactMissingError) as error:
        raise JobFailedError("invalid_data", f"the input is gone: {error}") from None


def _read_file(context: WorkerContext, job: Job) -> Input:
    with context.database.transaction() as session:
        file = Files(session, job.project_id).get(str(job.point_cloud_file_id))
    limits = context.settings
    data = context.artifacts.read(file.artifact_key)
    try:
        points = read_cloud(data, file.filename, limits.max_points, limits.max_point_width)
    except ValueError as error:
        raise JobFailedError("invalid_data", str(error), "point_cloud_file") from None
    return Input([PointCloud(0, points)])


def _read_snapshots(context: WorkerContext, job: Job) -> Input:
    with context.database.transaction() as session:
        snapshots = snapshots_of(session, str(job.source_job_id))
        steps = metrics_of(session, str(job.source_job_id))
    if not snapshots:
        raise JobFailedError("invalid_data", "the job has no snapshot", "fine_tuning_job")
    clouds = [
        PointCloud(row.step, load_prompt(context.artifacts.read(row.artifact_key))[0].numpy())
        for row in snapshots
    ]
    accuracies = {
        row.step: row.metrics["full_valid_accuracy"]
        for row in snapshots
        if "full_valid_accuracy" in row.metrics
    }
    return Input(clouds, steps, accuracies)


def _maps(clouds: list[PointCloud]) -> dict[int, list[list[float]]]:
    """Return the coordinates of each cloud's tokens in the plane that the run shares, by step."""
    flat = token_maps([cloud.points for cloud in clouds])
    return {cloud.step: points.tolist() for cloud, points in zip(clouds, flat, strict=True)}


def _store_cloud(
    run: Run, analysis: CloudAnalysis, token_map: list[list[float]], done: int, total: int
) -> None:
    diagrams = [
        (diagram.births.tolist(), diagram.deaths.tolist(), diagram.essential.tolist())
        for diagram in analysis.diagrams
    ]

    def change(session: Session, job: Job) -> None:
        add_cloud_results(session, job.id, analysis.step, diagrams, analysis.measures, token_map)
        progress = {
            "phase": "persistence", "step": done, "of": total,
            "percent": round(100 * done / total, 1),
        }  # fmt: skip
        set_progress(job, progress)

    run.write(change)


def _stop_if_asked(keeper: LeaseKeeper) -> None:
    reason = keeper.reason_to_stop()
    if reason is not None:
        raise RunStoppedError(reason)
