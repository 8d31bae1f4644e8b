"""Redis forgets everything, goes away for a while, or hangs."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from redis import Redis

from store.ids import new_id
from tests.support.running import Client, Running
from tests.support.servers import restartable_valkey

TWENTY = {"n_epochs": 20, "batch_size": 2}
HUNDRED = {"n_epochs": 100, "batch_size": 2}
"""An epoch has two steps."""


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
        self, tmp_path: Path, own_database_url: str
    ) -> None:
        with (
            restartable_valkey(tmp_path) as valkey,
            Running.prepare(tmp_path, own_database_url, valkey.url).started() as running,
        ):
            client = Client.of(running, new_id("proj"))
            first = client.create(hyperparameters=HUNDRED)["id"]
            client.wait_for_step(first, 5)
            valkey.stop()
            second = client.create()["id"]
            client.wait_for_step(first, 60)
            valkey.start()
            ended = [client.finish(job, 150) for job in (first, second)]
            assert [(job["status"], job["attempt"]) for job in ended] == [("succeeded", 1)] * 2
            assert client.steps(first) == list(range(1, 2 * HUNDRED["n_epochs"] + 1))


class TestFreeze:
    def test_the_api_answers_and_jobs_asked_for_meanwhile_come_later(
        self, tmp_path: Path, own_database_url: str
    ) -> None:
        with (
            restartable_valkey(tmp_path) as valkey,
            Running.prepare(tmp_path, own_database_url, valkey.url).started() as running,
        ):
            client = Client.of(running, new_id("proj"))
            file_id = client.upload()
            with valkey.frozen(), ThreadPoolExecutor(2) as pool:
                made = [*pool.map(lambda _: client.create(file_id), range(2))]
                assert {client.job(job["id"])["status"] for job in made} == {"queued"}
            ended = [client.finish(job["id"], 150) for job in made]
            assert {(job["status"], job["attempt"]) for job in ended} == {("succeeded", 1)}
