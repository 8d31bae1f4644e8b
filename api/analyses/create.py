"""Checks a request for an analysis and queues it."""

from sqlalchemy.orm import Session

from api.analyses.schemas import CreateAnalysis
from api.errors import ApiError, about
from store.errors import ConflictError
from store.files import Files
from store.jobs import ANALYSIS_QUEUE, Jobs
from store.schema import FINAL, Job
from store.settings import Settings


def queue_analysis(
    session: Session, project_id: str, request: CreateAnalysis, settings: Settings
) -> Job:
    """Queue an analysis. Raises a 404, 409 or 422 that names the field, and stores nothing then."""
    if request.point_cloud_file is not None:
        _check_file(session, project_id, request.point_cloud_file)
    if request.fine_tuning_job is not None:
        _check_job(session, project_id, request.fine_tuning_job)
    job = Job(
        queue=ANALYSIS_QUEUE,
        point_cloud_file_id=request.point_cloud_file,
        source_job_id=request.fine_tuning_job,
        metadata_={},
        spec=request.settings.model_dump(mode="json"),
    )
    return Jobs(session, project_id, "analysis").create(job, settings.max_queued_jobs)


def _check_file(session: Session, project_id: str, file_id: str) -> None:
    param = "point_cloud_file"
    with about(param, "file_not_found"):
        file = Files(session, project_id).hold(file_id)
    if file.purpose != "point-cloud":
        message = f"{param}: the file has purpose '{file.purpose}', not 'point-cloud'."
        raise ApiError(422, message, param=param, code="wrong_purpose")


def _check_job(session: Session, project_id: str, job_id: str) -> None:
    with about("fine_tuning_job", "job_not_found"):
        source = Jobs(session, project_id, "tuning").get(job_id)
    if source.status not in FINAL:
        raise ConflictError(f"Job '{job_id}' is {source.status}: its snapshots are not complete.")
