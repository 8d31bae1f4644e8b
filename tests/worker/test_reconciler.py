"""The reconciler after an outage of the database."""

import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from store.claims import reconcile
from store.database import Database
from tests.store.conftest import Board, RecordingBell
from tests.support.faulty import raising_once
from tests.support.polling import wait_for
from worker.reconciler import Reconciler

EXPIRED = timedelta(seconds=-1)


class TestOutage:
    def test_a_run_gets_the_length_of_a_lease_to_renew_its_own(
        self, board: Board, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        context = _context(Database("postgresql+psycopg://127.0.0.1:1/away", RecordingBell()))
        reconciler = Reconciler(context)
        job = board.add()
        board.run(lease=EXPIRED)
        reconciler.act()
        context.database = board.database
        reconciler.act()
        assert board.read(job.id).status == "validating_files"
        later = time.monotonic() + 60
        monkeypatch.setattr("time.monotonic", lambda: later)
        reconciler.act()
        assert board.read(job.id).status == "queued"


class TestRun:
    def test_a_round_that_fails_is_logged_and_the_next_one_comes(
        self, board: Board, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        job = board.add()
        board.run(lease=EXPIRED)
        monkeypatch.setattr("worker.reconciler.reconcile", raising_once(reconcile))
        reconciler = Reconciler(_context(board.database), period=0.01)
        reconciler.start()
        try:
            wait_for(lambda: board.read(job.id).status == "queued", "a round after it", seconds=20)
        finally:
            reconciler.stop()
            reconciler.join()
        assert "a round of the reconciler failed" in caplog.text
        assert "ZeroDivisionError" in caplog.text


def _context(database: Database) -> Any:
    """A worker's context without its files."""
    settings = SimpleNamespace(
        lease=timedelta(seconds=60),
        lease_seconds=60.0,
        grace=timedelta(minutes=2),
        stall=timedelta(hours=1),
        max_attempts=3,
    )
    return SimpleNamespace(settings=settings, database=database)
