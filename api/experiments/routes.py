"""Experiments: create, list, follow, report, cancel, pause, resume, retry, extend, delete."""

from typing import Any, Literal

from fastapi import APIRouter, BackgroundTasks, Request, Response
from fastapi.responses import Response as PlainResponse
from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from api.conditional import UNCHANGED, with_etag
from api.content import MEDIA_TYPES, send_bytes
from api.dependencies import (
    After,
    ArtifactsDep,
    CatalogueDep,
    Limit,
    PathId,
    SessionDep,
    SettingsDep,
)
from api.experiments.create import create_experiment as queue_experiment
from api.experiments.create import extend_experiment as queue_further
from api.experiments.report import make_report
from api.experiments.schemas import (
    CreateExperiment,
    ExperimentObject,
    ExtendExperiment,
    experiment_object,
)
from api.reports.experiment import experiment_figure, experiment_page
from api.schemas import Deleted, ListOf
from api.security import ReaderDep, WriterDep
from store.deletion import remove_artifacts
from store.experiments import Experiments
from store.schema import Experiment
from tsloss_core.experiments import ExperimentReport

router = APIRouter(prefix="/v1/experiments", tags=["experiments"])

_REPORT: TypeAdapter[ExperimentReport] = TypeAdapter(ExperimentReport)


@router.post("")
def create_experiment(
    caller: WriterDep,
    session: SessionDep,
    catalogue: CatalogueDep,
    settings: SettingsDep,
    request: CreateExperiment,
) -> ExperimentObject:
    """Queue a tuning job for each model, task, arm and seed."""
    experiment = queue_experiment(session, caller.project_id, request, catalogue, settings)
    return _shown(session, experiment)


@router.get("")
def list_experiments(
    caller: ReaderDep, session: SessionDep, after: After = None, limit: Limit = 20
) -> ListOf[ExperimentObject]:
    """List experiments, newest first."""
    experiments = Experiments(session, caller.project_id)
    page = experiments.page(after, limit)
    tallies = experiments.tallies([row.id for row in page.rows])
    data = [experiment_object(row, tallies[row.id]) for row in page.rows]
    return ListOf(data=data, has_more=page.has_more)


@router.get("/{experiment_id}", responses=UNCHANGED, response_model=ExperimentObject)
def retrieve_experiment(
    caller: ReaderDep,
    session: SessionDep,
    request: Request,
    response: Response,
    experiment_id: PathId,
) -> Response:
    """Return an experiment. With `If-None-Match`, 304 while nothing has changed."""
    experiment = Experiments(session, caller.project_id).get(experiment_id)
    return with_etag(request, response, _shown(session, experiment))


@router.get(
    "/{experiment_id}/report",
    response_model=ExperimentReport,
    responses={200: {"content": {"text/html": {}}}},
)
def report_experiment(
    caller: ReaderDep,
    session: SessionDep,
    experiment_id: PathId,
    format: Literal["json", "html"] = "json",
) -> Any:
    """Compare the arms, as far as their jobs are: as JSON, or as one self-contained page."""
    report = make_report(session, Experiments(session, caller.project_id).get(experiment_id))
    if format == "html":
        return experiment_page(report)
    return PlainResponse(_REPORT.dump_json(report), media_type="application/json")


@router.get(
    "/{experiment_id}/figures/{name}.{format}",
    response_class=PlainResponse,
    responses={200: {"content": {media: {} for media in MEDIA_TYPES.values()}}},
)
def download_experiment_figure(
    caller: ReaderDep,
    session: SessionDep,
    experiment_id: PathId,
    name: PathId,
    format: Literal["svg", "png", "json"],
) -> PlainResponse:
    """Return a figure of the report, or with `json` what it shows.

    There are `differences`, `accuracy_curves`, `loss_curves` and, where it was counted,
    `convergence`; those of the second task or model end in `-2`, and so on.
    """
    report = make_report(session, Experiments(session, caller.project_id).get(experiment_id))
    return send_bytes(experiment_figure(report, name, format), MEDIA_TYPES[format])


@router.post("/{experiment_id}/cancel")
def cancel_experiment(
    caller: WriterDep, session: SessionDep, experiment_id: PathId
) -> ExperimentObject:
    """Cancel its queued jobs at once, and ask the runs of others to stop."""
    return _shown(session, Experiments(session, caller.project_id).cancel(experiment_id))


@router.post("/{experiment_id}/pause")
def pause_experiment(
    caller: WriterDep, session: SessionDep, experiment_id: PathId
) -> ExperimentObject:
    """Pause its queued jobs at once, and ask the runs of others to save their state and stop."""
    return _shown(session, Experiments(session, caller.project_id).pause(experiment_id))


@router.post("/{experiment_id}/resume")
def resume_experiment(
    caller: WriterDep, session: SessionDep, experiment_id: PathId
) -> ExperimentObject:
    """Let its paused jobs go on where they stopped."""
    return _shown(session, Experiments(session, caller.project_id).resume(experiment_id))


@router.post("/{experiment_id}/retry")
def retry_experiment(
    caller: WriterDep, session: SessionDep, settings: SettingsDep, experiment_id: PathId
) -> ExperimentObject:
    """Queue its failed jobs again, all or none. Each goes on from its last saved state, if any.

    What they read must still be there, and they count among the project's unfinished jobs.
    """
    experiments = Experiments(session, caller.project_id)
    return _shown(session, experiments.retry(experiment_id, settings.max_queued_jobs))


@router.post("/{experiment_id}/extend")
def extend_experiment(
    caller: WriterDep,
    session: SessionDep,
    catalogue: CatalogueDep,
    settings: SettingsDep,
    experiment_id: PathId,
    request: ExtendExperiment,
) -> ExperimentObject:
    """Add seeds: a job for each model, task, arm and new seed."""
    experiment = queue_further(
        session, caller.project_id, experiment_id, request, catalogue, settings
    )
    return _shown(session, experiment)


@router.delete("/{experiment_id}")
def delete_experiment(
    caller: WriterDep,
    session: SessionDep,
    artifacts: ArtifactsDep,
    after_commit: BackgroundTasks,
    experiment_id: PathId,
) -> Deleted:
    """Delete an experiment whose jobs have all ended, with its jobs and all that they left."""
    keys = Experiments(session, caller.project_id).delete(experiment_id)
    after_commit.add_task(remove_artifacts, artifacts, keys)
    return Deleted(id=experiment_id, object="experiment")


def _shown(session: Session, experiment: Experiment) -> ExperimentObject:
    session.flush()
    tallies = Experiments(session, experiment.project_id).tallies([experiment.id])
    return experiment_object(experiment, tallies[experiment.id])
