"""Redis forgets everything, goes away for a while, or hangs."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from redis import Redis

from store.ids import new_id
from tests.support.running import Client, Running
from tests.support.servers import RestartableValkey, restartable_valkey

TWENTY = {"n_epochs": 20, "batch_size": 2}
HUNDRED = {"n_epochs": 100, "batch_size": 2}
"""An epoch has two steps."""


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[RestartableValkey]:
    with restartable_valkey(tmp_path) as valkey:
        yield valkey


@pytest.fixture
def guest(tmp_path: Path, own_database_url: str, valkey: RestartableValkey) -> Iterator[Client]:
    """A client of a service on that Valkey."""
    with Running.prepare(tmp_path, own_database_url, valkey.url).started() as running:
        yield Client.of(running, new_id("proj"))


class TestFlushall:
    def test_queued_and_running_jobs_still_end(
        self, running: Running, client: Client, own_redis_url: str
    ) -> None:
        running.start_worker()
        jobs = [client.create(hyperparameters=TWENTY)["id"] for _ in range(3)]
        client.wait_for_step(jobs[0], 2)
        Redis.from_url(own_redis_url).flushall()
        ended = [client.finish(job) for job in jobs]
        assert [(job["status"], job["attempt"]) for job in ended] == [("succeeded", 1)] * 3


class TestRestart:
    def test_a_run_loses_no_step_and_waiting_jobs_come_later(
        self, valkey: RestartableValkey, guest: Client
    ) -> None:
        first = guest.create(hyperparameters=HUNDRED)["id"]
        guest.wait_for_step(first, 5)
        valkey.stop()
        second = guest.create()["id"]
        guest.wait_for_step(first, 60)
        valkey.start()
        ended = [guest.finish(job, 150) for job in (first, second)]
        assert [(job["status"], job["attempt"]) for job in ended] == [("succeeded", 1)] * 2
        assert guest.steps(first) == list(range(1, 2 * HUNDRED["n_epochs"] + 1))


class TestFreeze:
    def test_the_api_answers_and_jobs_asked_for_meanwhile_come_later(
        self, valkey: RestartableValkey, guest: Client
    ) -> None:
        file_id = guest.upload()
        with valkey.frozen(), ThreadPoolExecutor(2) as pool:
            made = [*pool.map(lambda _: guest.create(file_id), range(2))]
            assert {guest.job(job["id"])["status"] for job in made} == {"queued"}
        ended = [guest.finish(job["id"], 150) for job in made]
        assert {(job["status"], job["attempt"]) for job in ended} == {("succeeded", 1)}
