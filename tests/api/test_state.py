"""What a process of the API holds while it does nothing."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from api.state import ServiceState
from store.jobs import Jobs
from store.settings import Settings
from tests.api.support import JOBS, Door


class TestFrozen:
    def test_it_does_not_hold_a_jobs_run_for_ever(
        self, door: Door, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = door.run(door.job()["id"])
        monkeypatch.setattr("api.state.TRANSACTION_LIMIT", timedelta(seconds=1))
        frozen = ServiceState(settings)

        def hold(session: Session) -> None:
            Jobs(session, door.project_id, "tuning").held(run.key.job_id)

        with pytest.raises(OperationalError), frozen.database.transaction() as session:
            hold(session)
            run.record_event("the run goes on")
            hold(session)
        messages = [
            event["message"] for event in door.get(f"{JOBS}/{run.key.job_id}/events")["data"]
        ]
        assert messages[0] == "the run goes on"
        frozen.close()
