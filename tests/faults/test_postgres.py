"""PostgreSQL is restarted while a job runs."""

from pathlib import Path

import httpx

from store.ids import new_id
from store.migrations import upgrade
from tests.support.running import Client, Running
from tests.support.servers import restartable_postgres

LONG = {"n_epochs": 150, "batch_size": 2}


class TestRestart:
    def test_the_run_goes_on_and_nothing_is_missing_or_doubled(
        self, tmp_path: Path, own_redis_url: str
    ) -> None:
        with restartable_postgres() as (server, url):
            upgrade(url)
            with Running.prepare(tmp_path, url, own_redis_url).started() as running:
                client = Client.of(running, new_id("proj"))
                job = client.create(hyperparameters=LONG)["id"]
                client.wait_for_step(job, 20)
                server.stop()
                answer = client.http.get(f"/v1/fine_tuning/jobs/{job}")
                assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
                assert httpx.get(f"{client.http.base_url}/readyz").status_code == 503
                server.start()
                ended = client.finish(job)
                assert (ended["status"], ended["attempt"]) == ("succeeded", 1)
                messages = client.messages(job)
                assert len(messages) == len(set(messages))
                assert client.steps(job) == list(range(1, 301))
