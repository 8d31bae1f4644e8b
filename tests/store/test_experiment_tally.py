"""Where experiments stand, and when they will be through."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from store.experiment_tally import Tally
from store.experiments import Experiments
from store.schema import ACTIVE, FINAL, Experiment, Job
from tests.store.conftest import Board
from tsloss_core.spec import SoftPromptSpec, resolve

START = datetime(2026, 1, 1, tzinfo=UTC)


def _at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@dataclass(frozen=True)
class Course:
    """What became of a job: its status, when it was run, and how far it came, in seconds and %.

    `again` is when it was put back into the queue, `told` when its run told something last, if
    that was not at the end.
    """

    status: str
    started: float | None = None
    until: float | None = None
    percent: float | None = None
    again: float = 0.0
    told: float | None = None


def _values(course: Course) -> dict[str, Any]:
    """The columns of a job with such a course."""
    until = None if course.until is None else _at(course.until)
    progress = {"phase": "training"} | ({"percent": course.percent} if course.percent else {})
    return {
        "status": course.status,
        "eligible_at": _at(course.again),
        "started_at": None if course.started is None else _at(course.started),
        "finished_at": until if course.status in FINAL else None,
        "progress_at": until if course.told is None else _at(course.told),
        "progress": None if course.started is None else progress,
        "error_code": "diverged" if course.status == "failed" else None,
        "lease_token": "00000000-0000-0000-0000-000000000001" if course.status in ACTIVE else None,
    }


def _tally(board: Board, *courses: Course) -> Tally:
    """Store an experiment whose jobs went so, and read its tally."""
    experiment = Experiment(name="test", metadata_={}, spec={})
    spec = resolve(SoftPromptSpec(), rows=8).model_dump(mode="json")
    jobs = [Job(queue=board.queue, spec=spec, metadata_={}, seed=i) for i in range(len(courses))]
    with board.database.transaction() as session:
        Experiments(session, board.project.id).create(experiment, jobs, 100)
    with board.database.transaction() as session:
        for job, course in zip(jobs, courses, strict=True):
            session.execute(update(Job).where(Job.id == job.id).values(**_values(course)))
    with board.database.reading() as session:
        return Experiments(session, board.project.id).tallies([experiment.id])[experiment.id]


QUEUED = Course("queued")


class TestDone:
    def test_what_has_ended_counts_whole_and_all_else_by_its_share(self, board: Board) -> None:
        courses = [
            Course("succeeded", 0, 10), Course("failed", 0, 5, 50), Course("cancelled", None, 5),
            Course("running", 0, 10, 20), Course("paused", 0, 10, 30), Course("queued", 0, 10, 40),
            QUEUED,
        ]  # fmt: skip
        tally = _tally(board, *courses)
        assert tally.done == pytest.approx(3 + 0.2 + 0.3 + 0.4)
        assert tally.worked == pytest.approx(1 + 0.5 + 0.2 + 0.3 + 0.4)
        assert (tally.count("running"), tally.count("queued"), tally.total) == (1, 2, 7)

    def test_an_experiment_without_jobs_is_through(self, board: Board) -> None:
        tally = _tally(board)
        assert (tally.total, tally.status, tally.finishes_at()) == (0, "incomplete", None)


class TestBusySeconds:
    def test_runs_side_by_side_count_once_and_idle_times_not(self, board: Board) -> None:
        courses = [Course("succeeded", *times) for times in ((0, 10), (2, 12), (30, 35))]
        assert _tally(board, *courses).busy_seconds == 17

    def test_a_job_that_went_on_after_days_says_nothing_of_the_pace(self, board: Board) -> None:
        courses = [Course("succeeded", 0, 10), Course("running", 0, 90_005, 60, again=90_000)]
        tally = _tally(board, *courses)
        assert (tally.busy_seconds, tally.worked) == (10, 1)
        assert tally.finishes_at() == _at(90_005 + 0.4 * 10)

    def test_a_job_that_was_cancelled_while_paused_was_not_busy_meanwhile(
        self, board: Board
    ) -> None:
        cancelled = Course("cancelled", 10, 90_000, 20, told=12)
        assert _tally(board, Course("succeeded", 0, 10), cancelled).busy_seconds == 12

    def test_a_job_that_is_queued_again_takes_no_time(self, board: Board) -> None:
        courses = [Course("succeeded", 0, 10), Course("queued", 0, 30, 60, again=90_000)]
        assert _tally(board, *courses).busy_seconds == 10

    def test_a_run_that_has_told_nothing_yet_takes_no_time(self, board: Board) -> None:
        taken = Course("validating_files", 10, 9.999)
        assert _tally(board, taken).busy_seconds == 0


class TestFinishesAt:
    def test_what_is_left_takes_its_share_of_the_time_so_far(self, board: Board) -> None:
        courses = [Course("succeeded", 0, 40), Course("running", 40, 60, 50), QUEUED]
        assert _tally(board, *courses).finishes_at() == _at(60 + 1.5 * 60 / 1.5)

    def test_a_group_that_ends_unevenly_does_not_move_it(self, board: Board) -> None:
        waiting = [QUEUED] * 8
        last, ended = Course("running", 0, 100, 95), Course("succeeded", 0, 100)
        early = _tally(board, ended, *[last] * 7, *waiting).finishes_at()
        late = _tally(board, *[ended] * 7, last, *waiting).finishes_at()
        assert early is not None
        assert late is not None
        assert abs(late - early) < timedelta(seconds=10)
        assert abs(late - _at(200)) < timedelta(seconds=10)

    def test_what_was_cancelled_before_its_start_says_nothing_of_the_pace(
        self, board: Board
    ) -> None:
        courses = [Course("succeeded", 0, 10), Course("running", 10, 15, 50)]
        cancelled = Course("cancelled", None, 500)
        assert _tally(board, *courses, cancelled).finishes_at() == _at(15 + 0.5 * 15 / 1.5)

    def test_what_failed_counts_as_far_as_it_came(self, board: Board) -> None:
        ended = [Course("succeeded", 0, 10), Course("failed", 10, 15, 50)]
        tally = _tally(board, *ended, Course("running", 15, 18, 30))
        assert tally.finishes_at() == _at(18 + 0.7 * 18 / 1.8)

    @pytest.mark.parametrize(
        "courses",
        [
            [QUEUED, Course("running", 0, 10, 50)],
            [Course("succeeded", 0, 10), Course("paused", 0, 10, 50), QUEUED],
            [Course("succeeded", 0, 10), Course("failed", 0, 10, 50)],
        ],
        ids=["before a job has succeeded", "while none is run", "at the end"],
    )
    def test_there_is_none(self, board: Board, courses: list[Course]) -> None:
        assert _tally(board, *courses).finishes_at() is None
