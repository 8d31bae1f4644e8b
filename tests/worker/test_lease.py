"""What the side thread notes of the work beside it."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.faulty import raising_once
from tests.support.polling import wait_for
from worker.lease import LeaseKeeper


class RecordingRun:
    """Keeps what each renewal said about the work."""

    key = SimpleNamespace(job_id="ftjob-1")

    def __init__(self) -> None:
        self.said: list[bool] = []

    def renew(self, lease: timedelta, gets_on: bool) -> None:
        self.said.append(gets_on)


@pytest.fixture
def run() -> Any:
    return RecordingRun()


class TestProgress:
    def test_work_that_asks_whether_to_stop_gets_on(self, run: Any) -> None:
        with LeaseKeeper(run, timedelta(seconds=0.03), timedelta(minutes=1)) as keeper:
            assert keeper.reason_to_stop() is None
            wait_for(lambda: True in run.said, "a renewal after it")
            heard = len(run.said)
            wait_for(lambda: len(run.said) > heard + 2, "further renewals")
        assert run.said.count(True) == 1

    def test_work_that_never_asks_does_not(self, run: Any) -> None:
        with LeaseKeeper(run, timedelta(seconds=0.03), timedelta(minutes=1)):
            wait_for(lambda: len(run.said) > 2, "renewals")
        assert True not in run.said


class TestFault:
    def test_a_renewal_that_fails_is_logged_and_the_next_one_comes(
        self, run: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(run, "renew", raising_once(run.renew))
        with LeaseKeeper(run, timedelta(seconds=0.03), timedelta(minutes=1)):
            wait_for(lambda: run.said, "a renewal after it", seconds=20)
        assert "lease not renewed" in caplog.text
        assert "ZeroDivisionError" in caplog.text
