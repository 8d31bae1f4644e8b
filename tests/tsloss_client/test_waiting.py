"""Following something to its end through a service that comes and goes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.support.scripted_service import scripted_service
from tests.support.serving import free_port
from tsloss_client import Client, TimedOutError, UnreachableError
from tsloss_client.waiting import last_of, poll


@dataclass(frozen=True)
class Work:
    """Something that ends."""

    status: str
    id: str = "work-1"

    @property
    def is_final(self) -> bool:
        return self.status == "succeeded"


RUNNING, DONE = Work("running"), Work("succeeded")
AWAY = UnreachableError("the service does not answer")


def _looking(*found: Work | UnreachableError) -> Callable[[], Work]:
    """Return what finds or misses these in turn, and the last one for good."""
    left = list(found)

    def look() -> Work:
        next_ = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(next_, UnreachableError):
            raise next_
        return next_

    return look


def _poll(
    *found: Work | UnreachableError, timeout: float | None = None, patience: float = 60.0
) -> Iterator[Work]:
    return poll(_looking(*found), timeout, 0.01, patience)


class TestPoll:
    def test_it_ends_with_the_end(self) -> None:
        assert list(_poll(RUNNING, RUNNING, DONE)) == [RUNNING, RUNNING, DONE]

    def test_while_the_service_is_away_the_thing_is_as_it_stood_last(self) -> None:
        assert list(_poll(RUNNING, AWAY, AWAY, DONE)) == [RUNNING, RUNNING, RUNNING, DONE]

    def test_a_service_that_is_away_at_first_is_waited_for(self) -> None:
        assert list(_poll(AWAY, AWAY, DONE)) == [DONE]

    def test_one_that_stays_away_is_told(self) -> None:
        with pytest.raises(UnreachableError):
            last_of(_poll(RUNNING, AWAY, patience=0.1))

    def test_patience_begins_anew_with_each_answer(self) -> None:
        found = [each for _ in range(10) for each in (AWAY, AWAY, AWAY, RUNNING)]
        assert last_of(_poll(*found, DONE, patience=0.1)) == DONE

    def test_time_that_is_over_is_told(self) -> None:
        with pytest.raises(TimedOutError, match="work-1 is running after 0 seconds"):
            last_of(_poll(RUNNING, timeout=0.0))

    def test_there_is_no_more_patience_than_time(self) -> None:
        with pytest.raises(UnreachableError):
            last_of(_poll(RUNNING, AWAY, timeout=0.1))


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
