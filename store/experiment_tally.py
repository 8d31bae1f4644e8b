"""Where experiments stand, as their jobs say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Double, func, select
from sqlalchemy.orm import Session

from store.schema import ACTIVE, FINAL, Job

ExperimentStatus = Literal[
    "queued", "running", "paused", "succeeded", "incomplete", "failed", "cancelled"
]


@dataclass(frozen=True)
class Tally:
    """The jobs of an experiment by status, and how far they are.

    `done` counts ended jobs whole and running ones by their share of steps. `mean_seconds` is what
    a job that succeeded took.
    """

    jobs: dict[str, int]
    done: float
    started_at: datetime | None
    finished_at: datetime | None
    mean_seconds: float | None

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

    def seconds_left(self) -> float | None:
        """Estimate from the jobs that succeeded and the number that run at once, else None."""
        if self.ended or self.mean_seconds is None or self.count(*ACTIVE) == 0:
            return None
        return self.mean_seconds * (self.total - self.done) / self.count(*ACTIVE)


def read_tallies(
    session: Session, project_id: str, experiment_ids: Sequence[str]
) -> dict[str, Tally]:
    """Return the tally of each of some experiments of a project."""
    share = func.coalesce(Job.progress["percent"].astext.cast(Double), 0.0) / 100.0
    seconds = func.extract("epoch", Job.finished_at - Job.started_at)
    query = (
        select(
            Job.experiment_id,
            Job.status,
            func.count(),
            func.sum(share),
            func.min(Job.started_at),
            func.max(Job.finished_at),
            func.avg(seconds),
        )
        .where(Job.project_id == project_id, Job.experiment_id.in_(experiment_ids))
        .group_by(Job.experiment_id, Job.status)
    )
    rows: dict[str, dict[str, tuple[Any, ...]]] = {each: {} for each in experiment_ids}
    for experiment_id, status, *figures in session.execute(query):
        rows[experiment_id][status] = tuple(figures)
    return {experiment_id: _tally(by_status) for experiment_id, by_status in rows.items()}


def _tally(by_status: dict[str, tuple[Any, ...]]) -> Tally:
    jobs, done = {}, 0.0
    for status, (count, shares, *_) in by_status.items():
        jobs[status] = int(count)
        done += count if status in FINAL else float(shares) if status in ACTIVE else 0.0
    started = [row[2] for row in by_status.values() if row[2] is not None]
    finished = [row[3] for row in by_status.values() if row[3] is not None]
    seconds = by_status.get("succeeded", (None,) * 5)[4]
    return Tally(
        jobs,
        done,
        min(started, default=None),
        max(finished, default=None),
        None if seconds is None else float(seconds),
    )
