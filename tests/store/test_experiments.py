"""Experiments whose jobs are steered while they run."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from store import lifecycle
from store.experiments import Experiments
from store.files import Files
from store.ids import new_id
from store.schema import Delivery, Experiment, Job, Snapshot
from store.webhooks import Webhooks
from tests.store.conftest import LEASE, Board
from tests.support.statements import counted
from tsloss_core.spec import SoftPromptSpec, resolve
from tsloss_core.spec.experiments import ExperimentRequest

END = "fine_tuning.job.cancelled"


def _experiment(board: Board, jobs: int = 1) -> tuple[str, list[str]]:
    """Queue an experiment of so many jobs; return its id and theirs."""
    with board.database.transaction() as session:
        file = Files(session, board.project.id).add(
            "fine-tune", "a.jsonl", 1, 8, new_id("file"), max_storage_bytes=1000
        )
        asked = {
            "models": ["tiny"],
            "tasks": [{"name": "sums", "training_file": file.id}],
            "arms": [{"name": "none", "regularizer": {"type": "none"}}],
        }
        spec = ExperimentRequest.model_validate(asked).complete().model_dump(mode="json")
        experiment = Experiment(name="test", metadata_={}, spec=spec)
        settings = resolve(SoftPromptSpec(), rows=8).model_dump(mode="json")
        rows = [
            Job(
                queue=board.queue,
                arm="none",
                training_file_id=file.id,
                spec=settings,
                metadata_={},
                seed=seed,
            )
            for seed in range(jobs)
        ]
        Experiments(session, board.project.id).create(experiment, rows, 1000)
        return experiment.id, [row.id for row in rows]


def _change(board: Board, job_ids: list[str], change: Callable[[Session, Job], None]) -> None:
    with board.database.transaction() as session:
        for job_id in job_ids:
            change(session, session.get_one(Job, job_id, with_for_update=True))


def _run(session: Session, job: Job) -> None:
    lifecycle.take(session, job, uuid4(), LEASE, LEASE)


def _fail(session: Session, job: Job) -> None:
    _run(session, job)
    lifecycle.fail(session, job, "timeout", "too long")


def _leave_snapshot(session: Session, job: Job) -> None:
    lifecycle.cancel(session, job)
    session.add(
        Snapshot(
            id=new_id("ftckpt"), job_id=job.id, step=1, epoch=1, artifact_key=f"{job.id}/1",
            metrics={}, nearest_tokens=[],
        )
    )  # fmt: skip


class TestHeld:
    def test_a_run_of_its_jobs_goes_on_writing(self, board: Board) -> None:
        experiment_id, (job_id,) = _experiment(board)
        with board.database.transaction() as steering:
            Experiments(steering, board.project.id).held(experiment_id)
            with board.database.transaction() as session:
                session.execute(text("SET LOCAL lock_timeout = '5s'"))
                row = session.get_one(Job, job_id, with_for_update=True)
                # Only a second change in one transaction makes PostgreSQL look at what a row names.
                for tokens in (1, 2):
                    row.trained_tokens = tokens
                    session.flush()
        with board.database.reading() as session:
            assert session.get_one(Job, job_id).trained_tokens == 2


class TestCancel:
    def test_jobs_that_have_ended_are_not_waited_for(self, board: Board) -> None:
        experiment_id, (ended, queued) = _experiment(board, jobs=2)
        _change(board, [ended], lifecycle.cancel)
        with board.database.transaction() as other:
            other.get_one(Job, ended, with_for_update=True)
            with board.database.transaction() as session:
                session.execute(text("SET LOCAL lock_timeout = '5s'"))
                Experiments(session, board.project.id).cancel(experiment_id)
        assert board.read(queued).status == "cancelled"

    def test_each_job_is_announced_to_those_who_asked_in_order(self, board: Board) -> None:
        experiment_id, jobs = _experiment(board, jobs=3)
        with board.database.transaction() as session:
            webhooks = Webhooks(session, board.project.id)
            wanted, _ = webhooks.add("https://example.com", [END], ["k" * 32])
            webhooks.add("https://example.com", ["fine_tuning.job.failed"], ["k" * 32])
            gone, _ = webhooks.add("https://example.com", [END], ["k" * 32])
            gone.disabled_at = gone.created_at
        with board.database.transaction() as session:
            Experiments(session, board.project.id).cancel(experiment_id)
        with board.database.reading() as session:
            query = select(Delivery).where(Delivery.job_id.in_(jobs)).order_by(Delivery.due_at)
            told = [(row.job_id, row.webhook_id, row.event) for row in session.scalars(query)]
        assert told == [(job_id, wanted.id, END) for job_id in jobs]


class TestStatements:
    """Their number is the same, however many jobs there are."""

    FEW, MANY = 4, 40

    def _sent(self, board: Board, wish: str, jobs: int, *before: Callable[..., None]) -> int:
        """Steer an experiment whose jobs were changed in turns; return the number of statements."""
        experiment_id, ids = _experiment(board, jobs)
        for at, change in enumerate(before):
            _change(board, ids[at :: len(before)], change)
        limit = {"max_queued_jobs": 1000} if wish == "retry" else {}
        with board.database.transaction() as session, counted(board.database.engine) as sent:
            getattr(Experiments(session, board.project.id), wish)(experiment_id, **limit)
            session.flush()
        return len(sent)

    @pytest.mark.parametrize(
        ("wish", "before"),
        [
            ("cancel", [lifecycle.request_pause, _run, lambda *_: None]),
            ("pause", [_run, lambda *_: None]),
            ("resume", [lifecycle.request_pause, lambda *_: None]),
            ("retry", [_fail, lambda *_: None]),
            ("delete", [_leave_snapshot]),
        ],
    )
    def test_it_does_not_grow_with_the_jobs(
        self, board: Board, wish: str, before: list[Callable[..., None]]
    ) -> None:
        with board.database.transaction() as session:
            Webhooks(session, board.project.id).add("https://example.com", [END], ["k" * 32])
        few = self._sent(board, wish, self.FEW, *before)
        assert self._sent(board, wish, self.MANY, *before) == few < 20
