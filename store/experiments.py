"""Experiments of a project: insert, find, list, steer. Where one stands follows from its jobs."""

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from store import lifecycle
from store.co_tuning import co_tuning_key
from store.deletion import delete_jobs
from store.errors import ConflictError, NotFoundError
from store.experiment_sources import RunSources, sources_of_runs
from store.experiment_tally import Tally, read_tallies
from store.ids import among, new_id
from store.jobs import Jobs, Wish, hold_room
from store.pages import Page, read_page
from store.schema import FINAL, Experiment, Job
from store.sources import hold_sources
from tsloss_core.spec.experiments import ExperimentSpec

_UNFINISHED = Job.status.not_in(FINAL)
_FAILED = Job.status == "failed"


class Experiments:
    """The experiments that one project sees."""

    def __init__(self, session: Session, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    def create(self, experiment: Experiment, jobs: Sequence[Job], max_queued_jobs: int) -> None:
        """Insert an experiment with its jobs. Raises LimitError, and inserts nothing then."""
        experiment.id = new_id("exp")
        experiment.project_id = self._project_id
        self._session.add(experiment)
        self._session.flush()
        self.extend(experiment, jobs, max_queued_jobs)

    def extend(self, experiment: Experiment, jobs: Sequence[Job], max_queued_jobs: int) -> None:
        """Insert further jobs of an experiment. Raises LimitError, and inserts nothing then."""
        for job in jobs:
            job.experiment_id = experiment.id
        Jobs(self._session, self._project_id, "tuning").create_all(jobs, max_queued_jobs)
        for job in jobs:
            job.co_tuning_key = co_tuning_key(job)

    def get(self, experiment_id: str) -> Experiment:
        """Return an experiment. Raises NotFoundError."""
        return self._one(self._scoped(), experiment_id)

    def held(self, experiment_id: str) -> Experiment:
        """Return an experiment, kept until this transaction ends. Raises NotFoundError."""
        # A run that changes its job's row twice refers to the experiment anew: a lock that forbids
        # it would make the run wait for whoever steers the jobs, and that one for the run.
        return self._one(self._scoped().with_for_update(key_share=True), experiment_id)

    def page(self, after: str | None, limit: int) -> Page[Experiment]:
        """Return a page of experiments, newest first."""
        return read_page(self._session, self._scoped(), Experiment, after, limit)

    def jobs(self, experiment_id: str) -> list[Job]:
        """Return the jobs of an experiment, oldest first."""
        return list(self._session.scalars(self._jobs_of(experiment_id)))

    def tallies(self, experiment_ids: Sequence[str]) -> dict[str, Tally]:
        """Return where each of some experiments stands, with one query for all."""
        return read_tallies(self._session, self._project_id, experiment_ids)

    def cancel(self, experiment_id: str) -> Experiment:
        """Cancel every job that has not ended. Raises NotFoundError, ConflictError if none is."""
        return self._steer(experiment_id, "cancelled", lifecycle.request_cancel, _UNFINISHED)

    def pause(self, experiment_id: str) -> Experiment:
        """Pause every job that has not ended. Raises NotFoundError, ConflictError if none is."""
        kept = Job.cancel_requested_at.is_(None)
        return self._steer(experiment_id, "paused", lifecycle.request_pause, _UNFINISHED, kept)

    def resume(self, experiment_id: str) -> Experiment:
        """Let every paused job go on. Raises NotFoundError, ConflictError if none is."""
        paused = Job.pause_requested_at.is_not(None)
        return self._steer(experiment_id, "resumed", lifecycle.resume, _UNFINISHED, paused)

    def retry(self, experiment_id: str, max_queued_jobs: int) -> Experiment:
        """Queue every failed job again. Raises NotFoundError, ConflictError if none is.

        What they read must be there and there must be room, as for new jobs: raises SourceGoneError
        and LimitError, and nothing is queued then.
        """
        experiment = self.held(experiment_id)
        # Sources before the jobs, and room last: the order in which everybody locks them.
        checked = self._hold_sources_of_failed(experiment)
        jobs = self._held_jobs(experiment_id, "retried", among(Job.id, checked), _FAILED)
        hold_room(self._session, self._project_id, len(jobs), max_queued_jobs)
        self._wish(jobs, lifecycle.retry)
        return experiment

    def delete(self, experiment_id: str) -> set[str]:
        """Remove an experiment with all that its jobs left; return the artifacts to remove.

        Raises NotFoundError, and ConflictError while a job has not ended or is needed.
        """
        experiment = self.held(experiment_id)
        held = self._jobs_of(experiment_id).with_only_columns(Job.id, Job.status).with_for_update()
        jobs = dict(self._session.execute(held).all())
        unfinished = sum(status not in FINAL for status in jobs.values())
        if unfinished:
            raise ConflictError(
                f"{unfinished} jobs of experiment '{experiment_id}' have not ended."
            )
        keys = delete_jobs(self._session, self._project_id, list(jobs))
        self._session.delete(experiment)
        return keys

    def _steer(
        self, experiment_id: str, verb: str, wish: Wish, *concerned: ColumnElement[bool]
    ) -> Experiment:
        experiment = self.held(experiment_id)
        self._wish(self._held_jobs(experiment_id, verb, *concerned), wish)
        return experiment

    def _wish(self, jobs: Sequence[Job], wish: Wish) -> None:
        """Steer jobs, those of one status together: the same columns change, so one batch does."""
        for _, alike in groupby(sorted(jobs, key=_status), _status):
            for job in alike:
                wish(self._session, job)
            self._session.flush()

    def _held_jobs(
        self, experiment_id: str, verb: str, *concerned: ColumnElement[bool]
    ) -> list[Job]:
        query = self._jobs_of(experiment_id).where(*concerned).with_for_update()
        jobs = list(self._session.scalars(query))
        if not jobs:
            raise ConflictError(f"Experiment '{experiment_id}' has no job that can be {verb}.")
        return jobs

    def _hold_sources_of_failed(self, experiment: Experiment) -> list[str]:
        """Let nobody delete what the failed jobs read; return their ids."""
        query = (
            self._jobs_of(experiment.id)
            .where(_FAILED)
            .with_only_columns(
                Job.id,
                Job.arm,
                Job.training_file_id,
                Job.validation_file_id,
                Job.spec["init"]["id"].astext,
            )
        )
        rows = self._session.execute(query).all()
        if rows:
            spec = ExperimentSpec.model_validate(experiment.spec)
            runs = dict.fromkeys(RunSources(*read) for _, *read in rows)
            sources = sources_of_runs(spec, runs)
            hold_sources(self._session, self._project_id, sources)
        return [job_id for job_id, *_ in rows]

    def _jobs_of(self, experiment_id: str) -> Select[Job]:
        return (
            select(Job)
            .where(Job.project_id == self._project_id, Job.experiment_id == experiment_id)
            .order_by(Job.created_at, Job.id)
        )

    def _one(self, query: Select[Experiment], experiment_id: str) -> Experiment:
        experiment = self._session.scalar(query.where(Experiment.id == experiment_id))
        if experiment is None:
            raise NotFoundError("experiment", experiment_id)
        return experiment

    def _scoped(self) -> Select[Experiment]:
        return select(Experiment).where(Experiment.project_id == self._project_id)


def _status(job: Job) -> str:
    return job.status
