"""Checks a request for an analysis and queues it."""

from sqlalchemy.orm import Session

from api.analyses.schemas import CreateAnalysis
from api.errors import ApiError
from store.errors import ConflictError, NotFoundError
from store.files import Files
from store.jobs import ANALYSIS_QUEUE, Jobs
from store.schema import FINAL, Job
from store.settings import Settings


def create_analysis(
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
    try:
        file = Files(session, project_id).hold(file_id)
    except NotFoundError as error:
        raise ApiError(404, str(error), param=param, code="file_not_found") from None
    if file.purpose != "point-cloud":
        message = f"{param}: the file has purpose '{file.purpose}', not 'point-cloud'."
        raise ApiError(422, message, param=param, code="wrong_purpose")


def _check_job(session: Session, project_id: str, job_id: str) -> None:
    try:
        source = Jobs(session, project_id, "tuning").get(job_id)
    except NotFoundError as error:
        param = "fine_tuning_job"
        raise ApiError(404, str(error), param=param, code="job_not_found") from None
    if source.status not in FINAL:
        raise ConflictError(f"Job '{job_id}' is {source.status}: its snapshots are not complete.")
