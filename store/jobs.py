"""Jobs of a project: insert, find, list, steer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from store import lifecycle
from store.errors import ConflictError, LimitError, NotFoundError
from store.ids import Kind, new_id
from store.pages import Page, read_page
from store.projects import hold_project
from store.schema import FINAL, Event, Job, Metrics, Snapshot
from store.sources import hold_sources, sources_of
from tsloss_core.spec import AnalysisInput, AnalysisSpec

JobKind = Literal["tuning", "analysis"]
Wish = Callable[[Session, Job], None]
"""What the state machine does with a job that somebody steers."""

ANALYSIS_QUEUE = "analysis"

_ID_KINDS: dict[JobKind, Kind] = {"tuning": "ftjob", "analysis": "ana"}
_NAMES: dict[JobKind, str] = {"tuning": "fine-tuning job", "analysis": "analysis"}


@dataclass(frozen=True)
class JobFilter:
    """What a listing is narrowed to."""

    status: str | None = None
    model_id: str | None = None
    metadata: dict[str, str] | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    experiment_id: str | None = None


class Jobs:
    """The jobs of one kind that one project sees."""

    def __init__(self, session: Session, project_id: str, kind: JobKind) -> None:
        self._session = session
        self._project_id = project_id
        self._kind = kind

    def create(self, job: Job, max_queued_jobs: int) -> Job:
        """Insert a job into the queue. Raises LimitError over the project's unfinished jobs."""
        self.create_all([job], max_queued_jobs)
        return job

    def create_all(self, jobs: Sequence[Job], max_queued_jobs: int) -> None:
        """Insert jobs into the queue, all or none. Raises LimitError as for one."""
        hold_room(self._session, self._project_id, len(jobs), max_queued_jobs)
        insert_jobs(self._session, jobs, self._project_id, self._kind)

    def get(self, job_id: str) -> Job:
        """Return a job. Raises NotFoundError."""
        return self._one(self._scoped(), job_id)

    def finished(self, job_id: str) -> Job:
        """Return a job that is at its end. Raises NotFoundError, ConflictError."""
        job = self.get(job_id)
        if job.status not in FINAL:
            raise ConflictError(f"'{job_id}' is {job.status}; it has no results yet.")
        return job

    def page(self, narrowed: JobFilter, after: str | None, limit: int) -> Page[Job]:
        """Return a page of jobs, newest first."""
        filters = _filters(narrowed)
        return read_page(self._session, self._scoped(), Job, after, limit, filters)

    def request_cancel(self, job_id: str) -> Job:
        """Cancel a job, or ask its run to stop. Raises NotFoundError, ConflictError."""
        return self._steer(job_id, lifecycle.request_cancel)

    def request_pause(self, job_id: str) -> Job:
        """Pause a job, or ask its run to stop. Raises NotFoundError, ConflictError."""
        return self._steer(job_id, lifecycle.request_pause)

    def resume(self, job_id: str) -> Job:
        """Let a paused job go on. Raises NotFoundError, ConflictError."""
        return self._steer(job_id, lifecycle.resume)

    def retry(self, job_id: str, max_queued_jobs: int) -> Job:
        """Queue a failed job again. Raises NotFoundError, ConflictError.

        What it reads must be there, and finished if it is a job, and there must be room, as for a
        new job: raises SourceGoneError, UnfinishedSourceError and LimitError.
        """
        job = self.get(job_id)
        lifecycle.require_failed(job)
        # Before the job itself, as its source is deleted before the analyses of it.
        hold_sources(self._session, self._project_id, sources_of(job))
        job = self.held(job_id)
        hold_room(self._session, self._project_id, 1, max_queued_jobs)
        lifecycle.retry(self._session, job)
        self._session.flush()
        return job

    def _steer(self, job_id: str, wish: Wish) -> Job:
        job = self.held(job_id)
        wish(self._session, job)
        self._session.flush()
        return job

    def held(self, job_id: str) -> Job:
        """Return a job and keep it until this transaction ends. Raises NotFoundError."""
        # As it is now, also where this session has read it before.
        query = self._scoped().with_for_update().execution_options(populate_existing=True)
        return self._one(query, job_id)

    def events(self, job_id: str, after: str | None, limit: int) -> Page[Event]:
        """Return a page of a job's events, newest first. Raises NotFoundError."""
        job = self.get(job_id)
        query = select(Event).where(Event.job_id == job.id)
        return read_page(self._session, query, Event, after, limit)

    def notable_events(self, job_id: str, limit: int = 200) -> list[Event]:
        """Return a job's first events in order, those of epochs and snapshots left out."""
        query = (
            select(Event)
            .where(Event.job_id == self.get(job_id).id, Event.key.is_(None))
            .order_by(Event.number)
            .limit(limit)
        )
        return list(self._session.scalars(query))

    def checkpoints(self, job_id: str, after: str | None, limit: int) -> Page[Snapshot]:
        """Return a page of a job's snapshots, newest first. Raises NotFoundError."""
        job = self.get(job_id)
        query = select(Snapshot).where(Snapshot.job_id == job.id)
        return read_page(self._session, query, Snapshot, after, limit)

    def metrics(self, job_id: str, after_step: int, limit: int) -> list[Metrics]:
        """Return the measured steps after `after_step`, in order. Raises NotFoundError."""
        job = self.get(job_id)
        query = (
            select(Metrics)
            .where(Metrics.job_id == job.id, Metrics.step > after_step)
            .order_by(Metrics.step)
            .limit(limit)
        )
        return list(self._session.scalars(query))

    def analysis_of(self, job_id: str) -> Job | None:
        """Return the newest analysis of a tuning job's trajectory that succeeded, else the newest.

        One that is still to be done hides no earlier results.
        """
        query = (
            select(Job)
            .where(Job.project_id == self._project_id, Job.source_job_id == job_id)
            .order_by((Job.status == "succeeded").desc(), Job.created_at.desc(), Job.id.desc())
            .limit(1)
        )
        return self._session.scalar(query)

    def _one(self, query: Select[Job], job_id: str) -> Job:
        job = self._session.scalar(query.where(Job.id == job_id))
        if job is None:
            raise NotFoundError(_NAMES[self._kind], job_id)
        return job

    def _scoped(self) -> Select[Job]:
        return select(Job).where(Job.project_id == self._project_id, Job.kind == self._kind)


def _filters(narrowed: JobFilter) -> list[ColumnElement[bool]]:
    wanted = [
        (Job.status, narrowed.status),
        (Job.model_id, narrowed.model_id),
        (Job.experiment_id, narrowed.experiment_id),
    ]
    filters = [column == value for column, value in wanted if value is not None]
    if narrowed.created_after is not None:
        filters.append(Job.created_at >= narrowed.created_after)
    if narrowed.created_before is not None:
        filters.append(Job.created_at < narrowed.created_before)
    if narrowed.metadata:
        filters.append(Job.metadata_.contains(narrowed.metadata))
    return filters


def analysis_job(spec: AnalysisSpec) -> Job:
    """Return an analysis that is still to be put into the queue."""
    return Job(
        queue=ANALYSIS_QUEUE,
        source_job_id=_whole_trajectory(spec.inputs),
        metadata_={},
        spec=spec.model_dump(mode="json", exclude_none=True),
    )


def _whole_trajectory(inputs: Sequence[AnalysisInput]) -> str | None:
    """The job whose whole trajectory alone is looked at."""
    if len(inputs) > 1 or inputs[0].checkpoints is not None:
        return None
    return inputs[0].fine_tuning_job


def hold_room(session: Session, project_id: str, jobs: int, max_queued_jobs: int) -> None:
    """Keep room for so many more unfinished jobs of a project until this transaction ends.

    Called after all other locks: creation has them in this order. Raises LimitError.
    """
    hold_project(session, project_id)
    unfinished = session.scalar(
        select(func.count())
        .select_from(Job)
        .where(Job.project_id == project_id, Job.status.not_in(FINAL))
    )
    wanted = (unfinished or 0) + jobs
    if wanted > max_queued_jobs:
        raise LimitError("unfinished jobs of the project", max_queued_jobs, wanted)


def insert_job(session: Session, job: Job, project_id: str, kind: JobKind) -> None:
    """Give a new job its id and owner and put it into the queue."""
    insert_jobs(session, [job], project_id, kind)


def insert_jobs(session: Session, jobs: Sequence[Job], project_id: str, kind: JobKind) -> None:
    """Give new jobs their ids and owner and put them into the queue."""
    for job in jobs:
        job.id = new_id(_ID_KINDS[kind])
        job.project_id = project_id
        job.kind = kind
    lifecycle.enqueue(session, *jobs)
