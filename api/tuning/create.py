"""Checks a request for a tuning job against files, models and limits, and queues it."""

import secrets

from sqlalchemy.orm import Session

from api.errors import ApiError, about
from api.tuning.schemas import CreateJob
from store.catalogue import BaseModelEntry, Catalogue
from store.files import Files
from store.jobs import Jobs
from store.schema import File, Job
from store.settings import Settings
from store.sources import keep_sources
from store.trajectories import snapshot_by_id
from tsloss_core.spec import SoftPromptSpec, planned_snapshots, resolve
from tsloss_core.spec.initialization import CheckpointInit

MOST_SNAPSHOTS = 10_000
"""Of one job, beside the first. Each is an artifact, a row and a cloud of the job's analysis."""


def queue_job(
    session: Session, project_id: str, request: CreateJob, catalogue: Catalogue, settings: Settings
) -> Job:
    """Queue a job. Raises a 404 or 422 that names the field, and stores nothing then."""
    entry = check_request(session, project_id, request, catalogue)
    rows = Files(session, project_id).get(request.training_file).rows or 0
    job = Job(
        queue=entry.queue,
        model_id=entry.id,
        training_file_id=request.training_file,
        validation_file_id=request.validation_file,
        seed=secrets.randbelow(2**31) if request.seed is None else request.seed,
        suffix=request.suffix,
        metadata_=request.metadata or {},
        priority=request.priority,
        spec=resolve(request.method.soft_prompt, rows).model_dump(mode="json"),
    )
    return Jobs(session, project_id, "tuning").create(job, settings.max_queued_jobs)


def check_request(
    session: Session, project_id: str, request: CreateJob, catalogue: Catalogue
) -> BaseModelEntry:
    """Return the model that a request names. Raises a 404 or 422 that names the wrong field.

    Its files, and the job of the checkpoint it starts from, are held until the transaction ends.
    """
    with about("model", "model_not_found"):
        entry = catalogue.get(request.model)
    training = hold_data_file(session, project_id, "training_file", request.training_file)
    if request.validation_file is not None:
        hold_data_file(session, project_id, "validation_file", request.validation_file)
    spec = request.method.soft_prompt
    check_length(spec, entry, "method.soft_prompt.num_virtual_tokens")
    graded = request.validation_file is not None
    check_snapshots(spec, training.rows or 0, "method.soft_prompt.snapshots", graded=graded)
    check_start(session, project_id, spec, entry, "method.soft_prompt.init.id")
    return entry


def hold_data_file(session: Session, project_id: str, param: str, file_id: str) -> File:
    """Return a file of rows, held until the transaction ends. Raises a 404 or 422 on `param`."""
    with about(param, "file_not_found"):
        file = Files(session, project_id).hold(file_id)
    if file.purpose != "fine-tune":
        message = f"{param}: the file has purpose '{file.purpose}', not 'fine-tune'."
        raise ApiError(422, message, param=param, code="wrong_purpose")
    return file


def check_length(spec: SoftPromptSpec, entry: BaseModelEntry, param: str) -> None:
    """Raise a 422 on `param` for more virtual tokens than the model's entry allows."""
    if spec.num_virtual_tokens > entry.max_virtual_tokens:
        limit = entry.max_virtual_tokens
        message = f"{param}: {spec.num_virtual_tokens} is over the model's limit of {limit}."
        raise ApiError(422, message, param=param, code="over_limit")


def check_snapshots(spec: SoftPromptSpec, rows: int, param: str, *, graded: bool) -> None:
    """Raise a 422 on `param` for a run on so many rows that would keep too many snapshots.

    `graded` is whether there are validation rows: a prompt that is graded on them is kept.
    """
    planned = planned_snapshots(spec, rows, graded=graded)
    if planned > MOST_SNAPSHOTS:
        message = (
            f"{param}: {planned} snapshots after the first are over the limit of {MOST_SNAPSHOTS}."
        )
        raise ApiError(422, message, param=param, code="over_limit")


def check_start(
    session: Session, project_id: str, spec: SoftPromptSpec, entry: BaseModelEntry, param: str
) -> None:
    """Raise a 404 or 422 on `param` for a checkpoint to start from that is gone or does not fit.

    A prompt fits the model it was tuned for, and as many virtual tokens as it has. The job that
    tuned it is kept until the transaction ends.
    """
    if not isinstance(spec.init, CheckpointInit):
        return
    keep_sources(session, project_id, checkpoint_ids=[spec.init.id])
    with about(param, "checkpoint_not_found"):
        snapshot = snapshot_by_id(session, project_id, spec.init.id)
        source = Jobs(session, project_id, "tuning").get(snapshot.job_id)
    length = source.spec["num_virtual_tokens"]
    if (source.model_id, length) != (entry.id, spec.num_virtual_tokens):
        message = f"{param}: the checkpoint has {length} virtual tokens for '{source.model_id}'."
        raise ApiError(422, message, param=param, code="checkpoint_does_not_fit")
