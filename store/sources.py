"""What jobs read from, and that it stays there as long as they are unfinished."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.errors import SourceGoneError, UnfinishedSourceError
from store.files import Files
from store.ids import among
from store.schema import FINAL, Job, Snapshot
from store.trajectories import some_snapshots

SourceKind = Literal["file", "job", "checkpoint"]


@dataclass(frozen=True)
class Source:
    """Something that a job reads; `param` is the field of the request that names it."""

    kind: SourceKind
    id: str
    param: str


def sources_of(job: Job) -> list[Source]:
    """Return what a job reads, named as in a request for it."""
    return list(_of_analysis(job) if job.kind == "analysis" else _of_tuning(job))


def _of_tuning(job: Job) -> Iterator[Source]:
    if job.training_file_id is not None:
        yield Source("file", job.training_file_id, "training_file")
    if job.validation_file_id is not None:
        yield Source("file", job.validation_file_id, "validation_file")
    checkpoint = job.spec.get("init", {}).get("id")
    if checkpoint is not None:
        yield Source("checkpoint", checkpoint, "method.soft_prompt.init.id")


def _of_analysis(job: Job) -> Iterator[Source]:
    inputs = job.spec["inputs"]
    for i, given in enumerate(inputs):
        at = f"inputs.{i}." if len(inputs) > 1 else ""
        if "point_cloud_file" in given:
            yield Source("file", given["point_cloud_file"], f"{at}point_cloud_file")
        elif "checkpoints" in given:
            for checkpoint in given["checkpoints"]:
                yield Source("checkpoint", checkpoint, f"{at}checkpoints")
        else:
            yield Source("job", given["fine_tuning_job"], f"{at}fine_tuning_job")


def hold_sources(session: Session, project_id: str, sources: Sequence[Source]) -> None:
    """Let nobody delete what jobs read before this transaction ends, with a query for each kind.

    Raises SourceGoneError for the first that is not there, UnfinishedSourceError for a job that is
    to be analysed and goes on.
    """
    jobs, checkpoints = _ids("job", sources), _ids("checkpoint", sources)
    there = Files(session, project_id).hold_all(_ids("file", sources))
    statuses: dict[str, str] = {}
    if jobs or checkpoints:
        statuses = keep_sources(session, project_id, job_ids=jobs, checkpoint_ids=checkpoints)
    if checkpoints:
        query = some_snapshots(project_id, checkpoints).with_only_columns(Snapshot.id)
        there |= set(session.scalars(query))
    for source in sources:
        if source.id not in there | statuses.keys():
            raise SourceGoneError(source.kind, source.id, source.param)
    for source in sources:
        if source.kind == "job":
            require_finished(source.id, statuses[source.id], source.param)


def require_finished(job_id: str, status: str, param: str) -> None:
    """Raise UnfinishedSourceError for a job that may still make snapshots."""
    if status not in FINAL:
        raise UnfinishedSourceError(job_id, status, FINAL, param)


def _ids(kind: SourceKind, sources: Iterable[Source]) -> set[str]:
    return {source.id for source in sources if source.kind == kind}


def keep_sources(
    session: Session,
    project_id: str,
    *,
    job_ids: Iterable[str] = (),
    checkpoint_ids: Iterable[str] = (),
) -> dict[str, str]:
    """Let nobody delete these jobs, nor those of the checkpoints, before this transaction ends.

    Returns the status of each job by its id. Called before they are looked up: one that is being
    deleted is gone once this returns. Several are locked in the order in which an experiment's are,
    so that neither waits for the other.
    """
    of_checkpoints = select(Snapshot.job_id).where(among(Snapshot.id, checkpoint_ids))
    query = (
        select(Job.id, Job.status)
        .where(Job.project_id == project_id, among(Job.id, job_ids) | Job.id.in_(of_checkpoints))
        .order_by(Job.created_at, Job.id)
        .with_for_update(read=True, key_share=True)
    )
    return dict(session.execute(query).tuples().all())
