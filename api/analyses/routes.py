"""Analyses: create, list, follow, cancel, retry; their diagrams, measures and figures."""

from typing import Literal

from fastapi import APIRouter, BackgroundTasks, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from api.analyses.create import queue_analysis
from api.analyses.evolution import EvolutionObject, evolution_object
from api.analyses.schemas import (
    AnalysisObject,
    CreateAnalysis,
    DiagramObject,
    FigureObject,
    StatisticsObject,
    analysis_object,
    diagram_object,
    figure_object,
)
from api.analyses.statistics import MOST_CLOUDS, AfterInput, AfterStep, Clouds, statistics_page
from api.conditional import UNCHANGED, with_etag
from api.content import MEDIA_TYPES, send
from api.dependencies import After, ArtifactsDep, Limit, PathId, SessionDep, SettingsDep
from api.links import next_operations
from api.schemas import Deleted, ListOf, list_of
from api.security import ReaderDep, WriterDep
from store.analyses import AnalysisResults
from store.deletion import delete_job, remove_artifacts
from store.jobs import JobFilter, Jobs
from store.schema import Job

router = APIRouter(prefix="/v1", tags=["analyses"])

OPERATIONS = (
    "retrieve_analysis",
    "list_diagrams",
    "list_statistics",
    "list_figures",
    "cancel_analysis",
    "retry_analysis",
    "delete_analysis",
)


@router.post("/analyses", responses=next_operations("analysis_id", *OPERATIONS))
def create_analysis(
    caller: WriterDep, session: SessionDep, settings: SettingsDep, request: CreateAnalysis
) -> AnalysisObject:
    """Queue an analysis."""
    return analysis_object(queue_analysis(session, caller.project_id, request, settings))


@router.get("/analyses")
def list_analyses(
    caller: ReaderDep, session: SessionDep, after: After = None, limit: Limit = 20
) -> ListOf[AnalysisObject]:
    """List analyses, newest first."""
    page = Jobs(session, caller.project_id, "analysis").page(JobFilter(), after, limit)
    return list_of(page, analysis_object)


@router.get("/analyses/{analysis_id}", responses=UNCHANGED, response_model=AnalysisObject)
def retrieve_analysis(
    caller: ReaderDep,
    session: SessionDep,
    request: Request,
    response: Response,
    analysis_id: PathId,
) -> Response:
    """Return an analysis. With `If-None-Match`, 304 while nothing has changed."""
    job = Jobs(session, caller.project_id, "analysis").get(analysis_id)
    return with_etag(request, response, analysis_object(job))


@router.post("/analyses/{analysis_id}/cancel")
def cancel_analysis(caller: WriterDep, session: SessionDep, analysis_id: PathId) -> AnalysisObject:
    """Cancel a queued analysis at once, or ask the run of another to stop."""
    job = Jobs(session, caller.project_id, "analysis").request_cancel(analysis_id)
    return _fresh(session, job)


@router.post("/analyses/{analysis_id}/retry")
def retry_analysis(
    caller: WriterDep, session: SessionDep, settings: SettingsDep, analysis_id: PathId
) -> AnalysisObject:
    """Queue a failed analysis again, from its start: an analysis saves no state.

    What it reads must still be there, and it counts among the project's unfinished jobs.
    """
    jobs = Jobs(session, caller.project_id, "analysis")
    return _fresh(session, jobs.retry(analysis_id, settings.max_queued_jobs))


@router.delete("/analyses/{analysis_id}")
def delete_analysis(
    caller: WriterDep,
    session: SessionDep,
    artifacts: ArtifactsDep,
    after_commit: BackgroundTasks,
    analysis_id: PathId,
) -> Deleted:
    """Delete a finished analysis with its diagrams, measures and figures."""
    keys = delete_job(session, Jobs(session, caller.project_id, "analysis").held(analysis_id))
    after_commit.add_task(remove_artifacts, artifacts, keys)
    return Deleted(id=analysis_id, object="analysis")


@router.get("/analyses/{analysis_id}/diagrams")
def list_diagrams(
    caller: ReaderDep,
    session: SessionDep,
    analysis_id: PathId,
    after: After = None,
    limit: Limit = 20,
) -> ListOf[DiagramObject]:
    """List an analysis's persistence diagrams, newest first."""
    Jobs(session, caller.project_id, "analysis").get(analysis_id)
    results = AnalysisResults(session, caller.project_id)
    return list_of(results.diagrams(analysis_id, after, limit), diagram_object)


@router.get("/analyses/{analysis_id}/statistics")
def list_statistics(
    caller: ReaderDep,
    session: SessionDep,
    analysis_id: PathId,
    after_input: AfterInput = 0,
    after_step: AfterStep = -1,
    limit: Clouds = MOST_CLOUDS,
) -> ListOf[StatisticsObject]:
    """Return the structural measures of every cloud, in the order of inputs and steps."""
    Jobs(session, caller.project_id, "analysis").get(analysis_id)
    after = after_input, after_step
    return statistics_page(session, caller.project_id, analysis_id, after, limit)


@router.get("/analyses/{analysis_id}/evolution")
def retrieve_evolution(
    caller: ReaderDep, session: SessionDep, analysis_id: PathId
) -> EvolutionObject:
    """Return what a finished analysis found between snapshots, and against performance."""
    Jobs(session, caller.project_id, "analysis").finished(analysis_id)
    return evolution_object(AnalysisResults(session, caller.project_id).evolution(analysis_id))


@router.get("/analyses/{analysis_id}/figures")
def list_figures(
    caller: ReaderDep, session: SessionDep, analysis_id: PathId
) -> ListOf[FigureObject]:
    """List an analysis's figures."""
    Jobs(session, caller.project_id, "analysis").get(analysis_id)
    rows = AnalysisResults(session, caller.project_id).figures(analysis_id)
    return ListOf(data=[figure_object(row) for row in rows])


@router.get(
    "/analyses/{analysis_id}/figures/{name}.{format}",
    response_class=StreamingResponse,
    responses={200: {"content": {media: {} for media in MEDIA_TYPES.values()}}},
)
def download_figure(
    caller: ReaderDep,
    session: SessionDep,
    artifacts: ArtifactsDep,
    analysis_id: PathId,
    name: PathId,
    format: Literal["svg", "png", "json"],
) -> StreamingResponse:
    """Return a figure, or with `json` what it shows. A browser that opens it runs nothing in it."""
    figure = AnalysisResults(session, caller.project_id).figure(analysis_id, name, format)
    return send(artifacts.stream(figure.artifact_key), MEDIA_TYPES[format])


@router.get("/diagrams/{diagram_id}")
def retrieve_diagram(caller: ReaderDep, session: SessionDep, diagram_id: PathId) -> DiagramObject:
    """Return a persistence diagram."""
    return diagram_object(AnalysisResults(session, caller.project_id).diagram(diagram_id))


def _fresh(session: Session, job: Job) -> AnalysisObject:
    session.refresh(job)
    return analysis_object(job)
