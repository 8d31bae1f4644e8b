"""Jobs of one key are tuned side by side, and each still lives its own life."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import create_engine, text

from tests.support.polling import wait_for
from tests.support.running import Client, Running, kill_tree

LONG = {"n_epochs": 40, "batch_size": 2}


@pytest.fixture
def running(tmp_path: Path, own_database_url: str, redis_url: str) -> Iterator[Running]:
    """An API; the worker comes when the jobs wait."""
    with Running.prepare(tmp_path, own_database_url, redis_url).started(workers=0) as running:
        yield running


def _siblings(running: Running, client: Client, epochs: tuple[int, ...]) -> list[str]:
    """Queue jobs that differ in seed and epochs and may share a run."""
    file = client.upload()
    jobs = [
        client.create(file, seed=seed, hyperparameters={**LONG, "n_epochs": n})["id"]
        for seed, n in enumerate(epochs)
    ]
    engine = create_engine(running.settings["TSLOSS_DATABASE_URL"])
    with engine.begin() as connection:
        statement = text("UPDATE jobs SET co_tuning_key = 'k' WHERE id = ANY(:jobs)")
        connection.execute(statement, {"jobs": jobs})
    engine.dispose()
    return jobs


class TestCoTuning:
    def test_each_prompt_is_the_one_tuned_alone(self, running: Running, client: Client) -> None:
        jobs = _siblings(running, client, (5, 9))
        running.start_worker()
        together = [client.finish(job) for job in jobs]
        assert [job["outcome"]["co_tuned"] for job in together] == [2, 2]
        for seed, (job, epochs) in enumerate(zip(together, (5, 9), strict=True)):
            settings = {**LONG, "n_epochs": epochs}
            alone = client.finish(client.create(seed=seed, hyperparameters=settings)["id"])
            assert alone["outcome"]["co_tuned"] == 1
            first, second = (np.frombuffer(client.prompt(one), np.float32) for one in (job, alone))
            assert np.linalg.norm(first - second) <= 1e-3 * np.linalg.norm(second)
            assert client.messages(job["id"])[-1] == "The job has successfully completed"

    def test_cancel_and_pause_remove_one_alone_and_at_once(
        self, running: Running, client: Client
    ) -> None:
        jobs = _siblings(running, client, (400, 400, 30))
        cancelled, paused, through = jobs
        running.start_worker()
        client.wait_for_step(through, 5)
        client.http.post(f"/v1/fine_tuning/jobs/{cancelled}/cancel")
        client.wait_for_status(cancelled, "cancelled")
        client.http.post(f"/v1/fine_tuning/jobs/{paused}/pause")
        client.wait_for_status(paused, "paused")
        assert client.finish(through)["outcome"]["co_tuned"] == 3
        assert client.http.post(f"/v1/fine_tuning/jobs/{paused}/resume").status_code == 200
        wait_for(lambda: client.job(paused)["attempt"] == 2, "the second attempt")
        client.http.post(f"/v1/fine_tuning/jobs/{paused}/cancel")
        client.wait_for_status(paused, "cancelled")
        for job in jobs:
            client.messages(job)

    def test_after_a_lost_worker_each_goes_on_alone(self, running: Running, client: Client) -> None:
        jobs = _siblings(running, client, (60, 60))
        worker = running.start_worker()
        client.wait_for_step(jobs[1], 20)
        kill_tree(worker)
        running.start_worker()
        for job in map(client.finish, jobs):
            assert (job["status"], job["outcome"]["co_tuned"]) == ("succeeded", 1)
            assert job["attempt"] == 2
            assert any(m.startswith("Going on after step") for m in client.messages(job["id"]))
