"""The reconciler after an outage of the database."""

import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from store.database import Database
from tests.store.conftest import Board, RecordingBell
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
