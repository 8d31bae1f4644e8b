"""Runs that hang while their worker lives: the heartbeat goes on, the work does not.

A job reads its training file from a pipe that nobody writes: a read that never returns, as one from
a network drive that hangs. It gets on once somebody has put the file back.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.test_worker import LOST
from tests.support.polling import wait_for
from tests.support.running import Client, Running, children_of

STUCK = "Back in the queue: it made no progress"


@dataclass
class Pipe:
    """A stored file behind which a pipe can stand."""

    path: Path

    @property
    def _kept(self) -> Path:
        return self.path.with_name("kept")

    def block(self) -> None:
        """Let every read of the file hang."""
        self.path.rename(self._kept)
        os.mkfifo(self.path)

    def open(self) -> None:
        """Let later reads find the file."""
        self._kept.replace(self.path)


@pytest.fixture
def blocked(running: Running, client: Client) -> tuple[str, Pipe]:
    """A training file that cannot be read, and how to end that."""
    file = client.upload()
    uploads = Path(running.settings["TSLOSS_ARTIFACTS_URL"]).glob("*/uploads/*")
    pipe = Pipe(max(uploads, key=lambda path: path.stat().st_mtime_ns))
    pipe.block()
    return file, pipe


class TestStall:
    def test_a_run_without_progress_is_taken_away_and_its_process_replaced(
        self, running: Running, client: Client, blocked: tuple[str, Pipe]
    ) -> None:
        file, pipe = blocked
        impatient = {"TSLOSS_STALL_SECONDS": "8", "TSLOSS_GRACE_SECONDS": "1"}
        worker = running.start_worker(TSLOSS_MAX_ATTEMPTS="100", **impatient)
        job = client.create(file)["id"]
        wait_for(lambda: client.job(job)["attempt"] == 1, "the run")
        (wedged,) = children_of(worker)
        wait_for(lambda: STUCK in client.messages(job), "the rescue")
        wait_for(lambda: not wedged.is_running(), "the end of the process")
        pipe.open()
        running.stop_workers()
        running.start_worker()
        ended = client.finish(job)
        assert (ended["status"], LOST in client.messages(job)) == ("succeeded", False)


@pytest.mark.slow
class TestHardTimeLimit:
    def test_a_run_that_does_not_end_fails_and_its_process_is_replaced(
        self, running: Running, client: Client, blocked: tuple[str, Pipe]
    ) -> None:
        file, _ = blocked
        worker = running.start_worker(TSLOSS_MAX_RUN_SECONDS="2", TSLOSS_GRACE_SECONDS="1")
        job = client.create(file)["id"]
        wait_for(lambda: client.job(job)["attempt"] == 1, "the run")
        (wedged,) = children_of(worker)
        ended = client.finish(job)
        assert (ended["error"]["code"], ended["attempt"]) == ("timeout", 1)
        wait_for(lambda: not wedged.is_running(), "the end of the process")
        wait_for(lambda: children_of(worker), "another process")


@pytest.mark.slow
class TestSigterm:
    def test_the_worker_is_gone_within_the_grace_time(
        self, running: Running, client: Client, blocked: tuple[str, Pipe]
    ) -> None:
        file, pipe = blocked
        worker = running.start_worker(TSLOSS_GRACE_SECONDS="1")
        job = client.create(file)["id"]
        wait_for(lambda: client.job(job)["attempt"] == 1, "the run")
        worker.terminate()
        worker.wait(30)
        pipe.open()
        running.start_worker()
        ended = client.finish(job)
        assert (ended["status"], ended["attempt"]) == ("succeeded", 2)
