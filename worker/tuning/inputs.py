"""Reads and renders the rows of a tuning job."""

from torch import Tensor

from store.artifacts import ArtifactMissingError
from store.catalogue import BaseModelEntry
from store.errors import NotFoundError
from store.files import Files
from store.runs import Run
from store.schema import Job
from store.trajectories import snapshot_by_id
from tsloss_core.models import LoadedBase
from tsloss_core.prompts import load_prompt
from tsloss_core.spec import Row, RowError, TuningConfig, parse_rows
from tsloss_core.tuning import InvalidRowError, TokenRow, choose_grader, prepare
from worker.context import WorkerContext
from worker.errors import JobFailedError


def read_rows(
    context: WorkerContext, job: Job, run: Run, entry: BaseModelEntry, base: LoadedBase
) -> tuple[list[TokenRow], list[TokenRow]]:
    """Return the training and the validation rows as token lists, and store their lengths.

    Raises JobFailedError `invalid_data` that names the file and the line.
    """
    training = _read(context, job, run, entry, base, "training_file")
    validation: list[TokenRow] = []
    if job.validation_file_id is not None:
        validation = _read(context, job, run, entry, base, "validation_file")
    return training, validation


def config_of(job: Job) -> TuningConfig:
    """Return the settings of a job for the engine."""
    return TuningConfig.model_validate({**job.spec, "seed": job.seed})


def _read(
    context: WorkerContext,
    job: Job,
    run: Run,
    entry: BaseModelEntry,
    base: LoadedBase,
    param: str,
) -> list[TokenRow]:
    file_id = getattr(job, f"{param}_id")
    config = config_of(job)
    try:
        rows = _parse(context, job.project_id, file_id)
        rendered = prepare(
            base.model,
            base.tokenizer,
            rows,
            config,
            clock=job.created_at,
            max_row_tokens=entry.max_row_tokens,
        )
        choose_grader(config.evaluation.grader, rendered)
    except (RowError, InvalidRowError) as error:
        raise JobFailedError("invalid_data", str(error), param) from None
    run.record_row_lengths(file_id, entry.id, [row.length for row in rendered])
    return rendered


def _parse(context: WorkerContext, project_id: str, file_id: str) -> list[Row]:
    try:
        with context.database.transaction() as session:
            key = Files(session, project_id).get(file_id).artifact_key
        data = context.artifacts.read(key)
    except (NotFoundError, ArtifactMissingError):
        raise JobFailedError("invalid_data", f"file '{file_id}' is gone") from None
    return list(parse_rows(data.split(b"\n")))


def checkpoint_prompt(
    context: WorkerContext, project_id: str, config: TuningConfig
) -> Tensor | None:
    """Return the stored prompt that an init of type `checkpoint` names, or None for other inits."""
    if config.init.type != "checkpoint":
        return None
    try:
        with context.database.transaction() as session:
            snapshot = snapshot_by_id(session, project_id, config.init.id)
        prompt, _ = load_prompt(context.artifacts.read(snapshot.artifact_key))
    except (NotFoundError, ArtifactMissingError) as error:
        raise JobFailedError("invalid_data", str(error), "method.soft_prompt.init.id") from None
    return prompt
