"""Where experiments stand, as their jobs say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Double, ScalarSelect, Subquery, case, func, select
from sqlalchemy.orm import Session

from store.schema import ACTIVE, FINAL, STATUSES, Job

ExperimentStatus = Literal[
    "queued", "running", "paused", "succeeded", "incomplete", "failed", "cancelled"
]


@dataclass(frozen=True)
class Tally:
    """The jobs of an experiment by status, and how far they are.

    `done` counts ended jobs whole and the others by their share of steps; `worked` counts those
    alone whole that succeeded. `busy_seconds` is how long any of the jobs was run, counted once
    where several were at once. Neither counts a job that went back to the queue after a pause, a
    loss or a retry: how long it waited there is not stored. `heard_at` is when a job told something
    last.
    """

    jobs: dict[str, int]
    done: float
    worked: float
    busy_seconds: float
    started_at: datetime | None
    finished_at: datetime | None
    heard_at: datetime | None

    def count(self, *statuses: str) -> int:
        """Count the jobs in some statuses."""
        return sum(self.jobs.get(status, 0) for status in statuses)

    @property
    def total(self) -> int:
        """Number of jobs."""
        return sum(self.jobs.values())

    @property
    def ended(self) -> bool:
        """Whether every job has ended."""
        return self.count(*FINAL) == self.total

    @property
    def status(self) -> ExperimentStatus:
        """Say where an experiment with these jobs stands.

        `succeeded` if every job did, `incomplete` if some did and the others ended without, and if
        all were deleted.
        """
        if not self.ended:
            return self._unfinished_status()
        if self.count("succeeded") == self.total > 0:
            return "succeeded"
        if self.count("succeeded") > 0 or self.total == 0:
            return "incomplete"
        return "failed" if self.count("failed") > 0 else "cancelled"

    def _unfinished_status(self) -> ExperimentStatus:
        if self.count(*ACTIVE) > 0:
            return "running"
        if self.count("queued") == 0:
            return "paused"
        return "running" if self.started_at is not None else "queued"

    def finishes_at(self) -> datetime | None:
        """Estimate the end, or return None before a job has succeeded and while none is run.

        What is left takes its share of the busy time so far: runs side by side may end unevenly.
        Stored times alone count, so that it stays the same until a job tells something new.
        """
        paced = self.count("succeeded") > 0 and self.worked > 0
        if self.heard_at is None or not paced or self.count(*ACTIVE) == 0:
            return None
        left = self.busy_seconds * (self.total - self.done) / self.worked
        return self.heard_at + timedelta(seconds=left)


def read_tallies(
    session: Session, project_id: str, experiment_ids: Sequence[str]
) -> dict[str, Tally]:
    """Return the tally of each of some experiments of a project."""
    tallies = dict.fromkeys(experiment_ids, Tally({}, 0.0, 0.0, 0.0, None, None, None))
    each = _figures(project_id, experiment_ids)
    told = [column for column in each.c if column is not each.c.busy]
    for row in session.execute(select(*told, _seconds(each.c.busy).label("busy_seconds"))):
        tallies[row.experiment_id] = _tally(row)
    return tallies


def _tally(row: Any) -> Tally:
    counts = {status: getattr(row, status) for status in STATUSES}
    return Tally(
        {status: count for status, count in counts.items() if count},
        row.done,
        row.worked,
        float(row.busy_seconds or 0),
        row.started_at,
        row.finished_at,
        row.heard_at,
    )


def _figures(project_id: str, experiment_ids: Sequence[str]) -> Subquery:
    """For each experiment the fields of its tally, those of `jobs` by status."""
    ended, succeeded = Job.status.in_(FINAL), Job.status == "succeeded"
    was_run = Job.started_at.is_not(None)
    told_at = func.coalesce(Job.finished_at, Job.progress_at)
    # A job that went back to the queue may have waited there for days: it says nothing of the pace.
    unbroken = Job.eligible_at <= Job.started_at
    worked = func.sum(case((succeeded, 1.0), else_=_share())).filter(unbroken)
    return (
        select(
            Job.experiment_id,
            func.sum(case((ended, 1.0), else_=_share())).label("done"),
            func.coalesce(worked, 0.0).label("worked"),
            func.range_agg(_run(told_at)).filter(unbroken).label("busy"),
            func.min(Job.started_at).label("started_at"),
            func.max(Job.finished_at).label("finished_at"),
            func.max(told_at).filter(was_run).label("heard_at"),
            *(func.count().filter(Job.status == status).label(status) for status in STATUSES),
        )
        .where(Job.project_id == project_id, Job.experiment_id.in_(experiment_ids))
        .group_by(Job.experiment_id)
        .subquery()
    )


def _run(told_at: ColumnElement[Any]) -> ColumnElement[Any]:
    """When a job was run, until its run told something last.

    One that was cancelled may have been paused before. Two clocks of one statement may differ.
    """
    heard = case((Job.status == "cancelled", Job.progress_at), else_=told_at)
    return func.tstzrange(Job.started_at, func.greatest(Job.started_at, heard))


def _share() -> ColumnElement[float]:
    """The share of its steps that a job has done, as its run told last."""
    percent = func.coalesce(Job.progress["percent"].astext.cast(Double), 0.0)
    return func.least(percent / 100.0, 1.0)


def _seconds(times: ColumnElement[Any]) -> ScalarSelect[Any]:
    piece = func.unnest(times).column_valued("piece")
    length = func.extract("epoch", func.upper(piece) - func.lower(piece))
    return select(func.sum(length)).scalar_subquery()
