"""Analyses: create, list, follow, cancel; their diagrams, measures and figures."""

from typing import Literal

from fastapi import APIRouter, Request, Response

from api.analyses.create import create_analysis
from api.analyses.schemas import (
    AnalysisObject,
    CreateAnalysis,
    DiagramObject,
    FigureObject,
    StatisticsObject,
    analysis_object,
    diagram_object,
    figure_object,
    statistics_object,
)
from api.conditional import not_modified
from api.dependencies import After, ArtifactsDep, Limit, SessionDep, SettingsDep
from api.schemas import ListOf, list_of
from api.security import ReaderDep, WriterDep
from store.analyses import AnalysisResults
from store.jobs import JobFilter, Jobs

router = APIRouter(prefix="/v1", tags=["analyses"])

MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@router.post("/analyses", operation_id="create_analysis")
def create(
    caller: WriterDep, session: SessionDep, settings: SettingsDep, request: CreateAnalysis
) -> AnalysisObject:
    """Queue an analysis."""
    return analysis_object(create_analysis(session, caller.project_id, request, settings))


@router.get("/analyses", operation_id="list_analyses")
def list_analyses(
    caller: ReaderDep, session: SessionDep, after: After = None, limit: Limit = 20
) -> ListOf[AnalysisObject]:
    """List analyses, newest first."""
    page = Jobs(session, caller.project_id, "analysis").page(JobFilter(), after, limit)
    return list_of(page, analysis_object)


@router.get(
    "/analyses/{analysis_id}", operation_id="retrieve_analysis", response_model=AnalysisObject
)
def retrieve(
    caller: ReaderDep, session: SessionDep, request: Request, response: Response, analysis_id: str
) -> AnalysisObject | Response:
    """Return an analysis. With `If-None-Match`, 304 while nothing has changed."""
    job = Jobs(session, caller.project_id, "analysis").get(analysis_id)
    return not_modified(request, response, analysis_object(job))


@router.post("/analyses/{analysis_id}/cancel", operation_id="cancel_analysis")
def cancel(caller: WriterDep, session: SessionDep, analysis_id: str) -> AnalysisObject:
    """Cancel a queued analysis at once, or ask the run of another to stop."""
    job = Jobs(session, caller.project_id, "analysis").request_cancel(analysis_id)
    session.refresh(job)
    return analysis_object(job)


@router.get("/analyses/{analysis_id}/diagrams", operation_id="list_diagrams")
def list_diagrams(
    caller: ReaderDep, session: SessionDep, analysis_id: str, after: After = None, limit: Limit = 20
) -> ListOf[DiagramObject]:
    """List an analysis's persistence diagrams, newest first."""
    Jobs(session, caller.project_id, "analysis").get(analysis_id)
    results = AnalysisResults(session, caller.project_id)
    return list_of(results.diagrams(analysis_id, after, limit), diagram_object)


@router.get("/analyses/{analysis_id}/statistics", operation_id="list_statistics")
def list_statistics(
    caller: ReaderDep, session: SessionDep, analysis_id: str
) -> ListOf[StatisticsObject]:
    """Return the structural measures of every cloud, in the order of steps."""
    Jobs(session, caller.project_id, "analysis").get(analysis_id)
    rows = AnalysisResults(session, caller.project_id).statistics(analysis_id)
    return ListOf(data=[statistics_object(row) for row in rows])


@router.get("/analyses/{analysis_id}/figures", operation_id="list_figures")
def list_figures(caller: ReaderDep, session: SessionDep, analysis_id: str) -> ListOf[FigureObject]:
    """List an analysis's figures."""
    Jobs(session, caller.project_id, "analysis").get(analysis_id)
    rows = AnalysisResults(session, caller.project_id).figures(analysis_id)
    return ListOf(data=[figure_object(row) for row in rows])


@router.get(
    "/analyses/{analysis_id}/figures/{name}.{format}",
    operation_id="download_figure",
    response_class=Response,
    responses={200: {"content": {media: {} for media in MEDIA_TYPES.values()}}},
)
def download_figure(
    caller: ReaderDep,
    session: SessionDep,
    artifacts: ArtifactsDep,
    analysis_id: str,
    name: str,
    format: Literal["svg", "png"],
) -> Response:
    """Return a figure. A browser that opens it runs nothing in it."""
    figure = AnalysisResults(session, caller.project_id).figure(analysis_id, name, format)
    headers = {"Content-Security-Policy": SANDBOX, "X-Content-Type-Options": "nosniff"}
    content = artifacts.read(figure.artifact_key)
    return Response(content, media_type=MEDIA_TYPES[format], headers=headers)


@router.get("/diagrams/{diagram_id}", operation_id="retrieve_diagram")
def retrieve_diagram(caller: ReaderDep, session: SessionDep, diagram_id: str) -> DiagramObject:
    """Return a persistence diagram."""
    return diagram_object(AnalysisResults(session, caller.project_id).diagram(diagram_id))
