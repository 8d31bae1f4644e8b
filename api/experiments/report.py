"""Makes the report of an experiment from what its jobs measured."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from api.schemas import unix
from store.experiment_results import JobFigures, figures_of
from store.experiments import Experiments
from store.schema import Experiment, Job
from tsloss_core.experiments import Evaluated, ExperimentReport, RunOutcome, compare_runs
from tsloss_core.spec.experiments import ExperimentSpec


def make_report(session: Session, experiment: Experiment) -> ExperimentReport:
    """Return the report as the jobs stand, whether or not all have ended."""
    experiments = Experiments(session, experiment.project_id)
    spec = ExperimentSpec.model_validate(experiment.spec)
    tasks = {(task.training_file, task.validation_file): task.name for task in spec.tasks}
    jobs = experiments.jobs(experiment.id)
    figures = figures_of(session, experiment)
    outcomes = [
        _outcome(job, tasks[str(job.training_file_id), job.validation_file_id], figures.get(job.id))
        for job in jobs
    ]
    return ExperimentReport(
        id=experiment.id,
        name=experiment.name,
        status=experiments.tallies([experiment.id])[experiment.id].status,
        created_at=unix(experiment.created_at),
        settings=spec,
        versions=_versions(jobs),
        results=compare_runs(spec, outcomes),
    )


def _outcome(job: Job, task: str, figures: JobFigures | None) -> RunOutcome:
    error = None if job.error_code is None else f"{job.error_code}: {job.error_message}"
    run = RunOutcome(
        str(job.model_id), task, str(job.arm), job.seed, job.status, job=job.id, error=error
    )
    if figures is None or job.outcome is None:
        return run
    outcome = job.outcome
    return replace(
        run,
        evaluated_on=outcome["evaluated_on"],
        rows=outcome["rows"],
        untuned_accuracy=outcome["accuracy_before"],
        accuracy=outcome["accuracy_after"],
        loss=outcome["loss_after"],
        steps=outcome["steps"],
        converged_at=outcome["converged_at"],
        step_seconds=figures.step_seconds,
        side_by_side=outcome["co_tuned"],
        gradient_ratio=figures.gradient_ratio,
        curve=_curve(outcome, figures),
        structure=_flat(figures.structure),
    )


def _curve(outcome: dict[str, Any], figures: JobFigures) -> tuple[Evaluated, ...]:
    """The snapshots that were graded on the way, and the last prompt, which always is."""
    last = Evaluated(outcome["steps"], outcome["accuracy_after"], outcome["loss_after"])
    points = [Evaluated(*point) for point in figures.graded]
    return (*(point for point in points if point.step < last.step), last)


def _versions(jobs: Sequence[Job]) -> tuple[dict[str, str], ...]:
    """The versions of the runs that succeeded, each once, in the order of the runs."""
    told = [job.outcome["versions"] for job in jobs if job.outcome is not None]
    return tuple(each for at, each in enumerate(told) if each not in told[:at])


def _flat(measures: dict[str, Any]) -> dict[str, float]:
    """Name measures as `h0.mean_lifetime`; those without a meaning are left out."""
    return {
        f"{group}.{name}": float(value)
        for group, values in measures.items()
        for name, value in values.items()
        if isinstance(value, int | float)
    }
