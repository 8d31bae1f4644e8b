"""Following something to its end through a service that comes and goes."""

from dataclasses import dataclass

import pytest

from tests.support.scripted_service import scripted_service
from tests.support.serving import free_port
from tsloss_client import Client, TimedOutError, UnreachableError
from tsloss_client.waiting import Followed

ID = "work-1"


@dataclass(frozen=True)
class Work:
    """Something that ends."""

    status: str
    id: str = ID

    @property
    def is_final(self) -> bool:
        return self.status == "succeeded"


RUNNING, DONE = Work("running"), Work("succeeded")
AWAY = UnreachableError("the service does not answer")


class Works(Followed[Work]):
    """Whoever looks finds or misses these in turn, and the last one for good."""

    def __init__(self, *found: Work | UnreachableError) -> None:
        self._left = list(found)

    def retrieve(self, _work_id: str, /) -> Work:
        next_ = self._left.pop(0) if len(self._left) > 1 else self._left[0]
        if isinstance(next_, UnreachableError):
            raise next_
        return next_


def _polled(*found: Work | UnreachableError) -> list[Work]:
    return list(Works(*found).poll(ID, every=0.01, patience=60.0))


class TestPoll:
    def test_it_ends_with_the_end(self) -> None:
        assert _polled(RUNNING, RUNNING, DONE) == [RUNNING, RUNNING, DONE]

    def test_while_the_service_is_away_the_thing_is_as_it_stood_last(self) -> None:
        assert _polled(RUNNING, AWAY, AWAY, DONE) == [RUNNING, RUNNING, RUNNING, DONE]

    def test_a_service_that_is_away_at_first_is_waited_for(self) -> None:
        assert _polled(AWAY, AWAY, DONE) == [DONE]

    def test_one_that_stays_away_is_told(self) -> None:
        with pytest.raises(UnreachableError):
            Works(RUNNING, AWAY).wait(ID, every=0.01, patience=0.1)

    def test_patience_begins_anew_with_each_answer(self) -> None:
        found = [each for _ in range(10) for each in (AWAY, AWAY, AWAY, RUNNING)]
        assert Works(*found, DONE).wait(ID, every=0.01, patience=0.1) == DONE

    def test_time_that_is_over_is_told(self) -> None:
        with pytest.raises(TimedOutError, match="work-1 is running after 0 seconds"):
            Works(RUNNING).wait(ID, timeout=0.0, every=0.01)

    def test_there_is_no_more_patience_than_time(self) -> None:
        with pytest.raises(UnreachableError):
            Works(RUNNING, AWAY).wait(ID, timeout=0.1, every=0.01, patience=60.0)


class TestClient:
    def test_nobody_listens(self) -> None:
        url = f"http://127.0.0.1:{free_port()}"
        with Client(url, "tsl_x") as client, pytest.raises(UnreachableError, match=url):
            client.experiments.wait("exp-1", patience=0.0)

    def test_a_gateway_whose_service_restarts_is_borne(self) -> None:
        work = {
            "id": "ana-1", "created_at": 0, "started_at": 0, "finished_at": 0, "error": None,
            "status": "succeeded", "organization_id": "proj-1", "progress": None, "outcome": None,
            "point_cloud_file": None, "fine_tuning_job": None, "settings": {},
        }  # fmt: skip
        away = (503, {"Retry-After": "0"}, {})
        with (
            scripted_service(*[away] * 7, (200, {}, work)) as script,
            Client(script.url, "tsl_x") as client,
        ):
            assert client.analyses.wait("ana-1", every=0.01).status == "succeeded"
