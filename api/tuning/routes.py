"""Fine-tuning jobs: create, list, follow, cancel, pause, resume, retry, delete."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from api.analyses.schemas import StatisticsObject
from api.analyses.statistics import MOST_CLOUDS, AfterStep, Clouds, statistics_page
from api.conditional import UNCHANGED, with_etag
from api.dependencies import (
    After,
    ArtifactsDep,
    CatalogueDep,
    Limit,
    PathId,
    SessionDep,
    SettingsDep,
)
from api.links import next_operations
from api.reports.job import job_report
from api.schemas import Deleted, ListOf, list_of
from api.security import ReaderDep, WriterDep
from api.tuning.create import queue_job
from api.tuning.estimate import EstimateObject, estimate_job
from api.tuning.job_filter import METADATA_PARAMETER, JobFilterDep
from api.tuning.schemas import (
    CheckpointObject,
    CreateJob,
    EventObject,
    JobObject,
    StepObject,
    checkpoint_object,
    event_object,
    job_object,
    step_object,
)
from store.deletion import delete_job, remove_artifacts
from store.jobs import Jobs
from store.leftovers import Leftovers, left_by
from store.schema import FINAL, Job

router = APIRouter(prefix="/v1/fine_tuning/jobs", tags=["fine-tuning"])
estimates = APIRouter(prefix="/v1/fine_tuning", tags=["fine-tuning"])

POLL_SECONDS = "2"
OPERATIONS = (
    "retrieve_fine_tuning_job",
    "list_fine_tuning_events",
    "list_fine_tuning_checkpoints",
    "list_fine_tuning_metrics",
    "list_fine_tuning_topology",
    "pause_fine_tuning_job",
    "resume_fine_tuning_job",
    "cancel_fine_tuning_job",
    "retry_fine_tuning_job",
    "delete_fine_tuning_job",
)


@router.post("", responses=next_operations("job_id", *OPERATIONS))
def create_fine_tuning_job(
    caller: WriterDep,
    session: SessionDep,
    catalogue: CatalogueDep,
    settings: SettingsDep,
    request: CreateJob,
) -> JobObject:
    """Queue a tuning job."""
    job = queue_job(session, caller.project_id, request, catalogue, settings)
    return job_objects(session, [job])[0]


@estimates.post("/jobs:estimate")
def estimate_fine_tuning_job(
    caller: ReaderDep, session: SessionDep, catalogue: CatalogueDep, request: CreateJob
) -> EstimateObject:
    """Tell what a job would take, without making it: steps, tokens, memory and time."""
    return estimate_job(session, caller.project_id, request, catalogue)


@router.get("", openapi_extra={"parameters": [METADATA_PARAMETER]})
def list_fine_tuning_jobs(
    caller: ReaderDep,
    session: SessionDep,
    narrowed: JobFilterDep,
    after: After = None,
    limit: Limit = 20,
) -> ListOf[JobObject]:
    """List jobs, newest first, narrowed by status, model, time and `metadata[key]=value`."""
    page = Jobs(session, caller.project_id, "tuning").page(narrowed, after, limit)
    return ListOf(data=job_objects(session, page.rows), has_more=page.has_more)


@router.get("/{job_id}", responses=UNCHANGED, response_model=JobObject)
def retrieve_fine_tuning_job(
    caller: ReaderDep, session: SessionDep, request: Request, response: Response, job_id: PathId
) -> Response:
    """Return a job. With `If-None-Match`, 304 while nothing has changed."""
    job = Jobs(session, caller.project_id, "tuning").get(job_id)
    if job.status == "queued":
        response.headers["Retry-After"] = POLL_SECONDS
    return with_etag(request, response, job_objects(session, [job])[0])


@router.post("/{job_id}/cancel")
def cancel_fine_tuning_job(caller: WriterDep, session: SessionDep, job_id: PathId) -> JobObject:
    """Cancel a queued job at once, or ask the run of another to stop."""
    job = Jobs(session, caller.project_id, "tuning").request_cancel(job_id)
    return _fresh(session, job)


@router.post("/{job_id}/pause")
def pause_fine_tuning_job(caller: WriterDep, session: SessionDep, job_id: PathId) -> JobObject:
    """Pause a queued job at once, or ask the run of another to save its state and stop."""
    job = Jobs(session, caller.project_id, "tuning").request_pause(job_id)
    return _fresh(session, job)


@router.post("/{job_id}/resume")
def resume_fine_tuning_job(caller: WriterDep, session: SessionDep, job_id: PathId) -> JobObject:
    """Let a paused job go on where it stopped."""
    return _fresh(session, Jobs(session, caller.project_id, "tuning").resume(job_id))


@router.post("/{job_id}/retry")
def retry_fine_tuning_job(
    caller: WriterDep, session: SessionDep, settings: SettingsDep, job_id: PathId
) -> JobObject:
    """Queue a failed job again. It goes on from its last saved state, if it has one.

    What it reads must still be there, and it counts among the project's unfinished jobs.
    """
    jobs = Jobs(session, caller.project_id, "tuning")
    return _fresh(session, jobs.retry(job_id, settings.max_queued_jobs))


@router.delete("/{job_id}")
def delete_fine_tuning_job(
    caller: WriterDep,
    session: SessionDep,
    artifacts: ArtifactsDep,
    after_commit: BackgroundTasks,
    job_id: PathId,
) -> Deleted:
    """Delete a finished job with its results, tuned model and analyses."""
    keys = delete_job(session, Jobs(session, caller.project_id, "tuning").held(job_id))
    after_commit.add_task(remove_artifacts, artifacts, keys)
    return Deleted(id=job_id, object="fine_tuning.job")


@router.get("/{job_id}/events")
def list_fine_tuning_events(
    caller: ReaderDep, session: SessionDep, job_id: PathId, after: After = None, limit: Limit = 20
) -> ListOf[EventObject]:
    """List a job's events, newest first."""
    page = Jobs(session, caller.project_id, "tuning").events(job_id, after, limit)
    return list_of(page, event_object)


@router.get("/{job_id}/checkpoints")
def list_fine_tuning_checkpoints(
    caller: ReaderDep, session: SessionDep, job_id: PathId, after: After = None, limit: Limit = 10
) -> ListOf[CheckpointObject]:
    """List a job's snapshots, newest first."""
    page = Jobs(session, caller.project_id, "tuning").checkpoints(job_id, after, limit)
    return list_of(page, checkpoint_object)


@router.get("/{job_id}/metrics")
def list_fine_tuning_metrics(
    caller: ReaderDep,
    session: SessionDep,
    job_id: PathId,
    after_step: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> ListOf[StepObject]:
    """Return what was measured at each step after `after_step`, in order."""
    rows = Jobs(session, caller.project_id, "tuning").metrics(job_id, after_step, limit + 1)
    data = [step_object(row) for row in rows[:limit]]
    return ListOf(data=data, has_more=len(rows) > limit)


@router.get("/{job_id}/topology")
def list_fine_tuning_topology(
    caller: ReaderDep,
    session: SessionDep,
    job_id: PathId,
    after_step: AfterStep = -1,
    limit: Clouds = MOST_CLOUDS,
) -> ListOf[StatisticsObject]:
    """Return the structural measures of each snapshot after `after_step`, in order.

    Empty until the job's analysis is done.
    """
    jobs = Jobs(session, caller.project_id, "tuning")
    analysis = jobs.analysis_of(jobs.get(job_id).id)
    if analysis is None or analysis.status != "succeeded":
        return ListOf(data=[])
    return statistics_page(session, caller.project_id, analysis.id, (0, after_step), limit)


@router.get(
    "/{job_id}/report",
    response_class=Response,
    responses={200: {"content": {"text/html": {}}}},
)
def retrieve_fine_tuning_report(
    caller: ReaderDep, session: SessionDep, artifacts: ArtifactsDep, job_id: PathId
) -> HTMLResponse:
    """Return a finished job's report: one page of HTML that loads nothing."""
    return job_report(session, caller.project_id, job_id, artifacts)


def _fresh(session: Session, job: Job) -> JobObject:
    session.refresh(job)
    return job_objects(session, [job])[0]


def job_objects(session: Session, jobs: list[Job]) -> list[JobObject]:
    """Return jobs of one project as answers. Before its end a job has left nothing."""
    ended = [job.id for job in jobs if job.status in FINAL]
    left = left_by(session, jobs[0].project_id, ended) if ended else {}
    return [job_object(job, left.get(job.id, Leftovers())) for job in jobs]
