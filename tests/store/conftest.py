"""A real PostgreSQL and, per test, a project of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from store.bell import Bell
from store.claims import Claim, ClaimTerms, RescueTerms, claim_next, reconcile
from store.database import Database
from store.ids import new_id
from store.jobs import Jobs
from store.projects import get_or_create_project
from store.runs import Run, RunKey
from store.schema import Job, Project

LEASE = timedelta(seconds=60)
DAY = timedelta(days=1)


@dataclass
class RecordingBell(Bell):
    """Stands for Redis where only the wish to ring matters."""

    rung: list[str] = field(default_factory=list)

    def ring(self, queue: str) -> None:
        self.rung.append(queue)

    def remind(self, queue: str) -> None:
        self.rung.append(queue)


@pytest.fixture
def bell() -> RecordingBell:
    return RecordingBell()


@pytest.fixture
def database(database_url: str, bell: RecordingBell) -> Iterator[Database]:
    database = Database(database_url, bell)
    yield database
    database.dispose()


@pytest.fixture
def project(database: Database) -> Project:
    with database.transaction() as session:
        return get_or_create_project(session, new_id("proj"))


@pytest.fixture
def queue() -> str:
    return new_id("proj").lower()[:20]


@dataclass
class Board:
    """Puts jobs on a queue of the test's own and claims them."""

    database: Database
    project: Project
    queue: str

    def add(
        self,
        project: Project | None = None,
        *,
        kind: str = "tuning",
        priority: int = 0,
        co_tuning_key: str | None = None,
    ) -> Job:
        owner = (project or self.project).id
        job = Job(queue=self.queue, spec={}, metadata_={}, priority=priority)
        job.co_tuning_key = co_tuning_key
        with self.database.transaction() as session:
            return Jobs(session, owner, kind).create(job, max_queued_jobs=1000)

    def claim(
        self,
        *,
        max_running_jobs: int = 100,
        lease: timedelta = LEASE,
        time_limit: timedelta = DAY,
    ) -> Claim | None:
        claims = self.claim_group(1, max_running_jobs, lease, time_limit)
        return claims[0] if claims else None

    def claim_group(
        self,
        max_co_tuned_jobs: int,
        max_running_jobs: int = 100,
        lease: timedelta = LEASE,
        time_limit: timedelta = DAY,
    ) -> list[Claim]:
        """Claim a job with those that may be tuned beside it."""
        terms = ClaimTerms(lease, time_limit, max_running_jobs, max_co_tuned_jobs)
        with self.database.transaction() as session:
            return claim_next(session, self.queue, terms)

    def run(self, lease: timedelta = LEASE, time_limit: timedelta = DAY) -> Run:
        claim = self.claim(lease=lease, time_limit=time_limit)
        assert claim is not None
        job = claim.job
        return Run(self.database, RunKey(job.id, job.project_id, job.attempt, claim.token))

    def ask(self, job: Job, wish: str) -> None:
        """Ask for `request_cancel`, `request_pause`, `resume` or `retry` as a client does."""
        limits = {"max_queued_jobs": 1000} if wish == "retry" else {}
        with self.database.transaction() as session:
            getattr(Jobs(session, job.project_id, job.kind), wish)(job.id, **limits)

    def reconcile(
        self,
        stall: timedelta = DAY,
        max_attempts: int = 3,
        *,
        hard_limit: timedelta = timedelta(),
        trust_leases: bool = True,
    ) -> int:
        """Take away what is lost, late or stuck."""
        terms = RescueTerms(LEASE, hard_limit, stall, max_attempts)
        with self.database.transaction() as session:
            return reconcile(session, terms, trust_leases=trust_leases)

    def read(self, job_id: str) -> Job:
        with self.database.transaction() as session:
            job = session.get(Job, job_id)
            assert job is not None
            return job

    def events(self, job: Job) -> list[str]:
        with self.database.transaction() as session:
            page = Jobs(session, job.project_id, job.kind).events(job.id, None, 100)
            return [event.message for event in reversed(page.rows)]


@pytest.fixture
def board(database: Database, project: Project, queue: str) -> Board:
    return Board(database, project, queue)
