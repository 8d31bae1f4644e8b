"""A whole job whose artifacts lie on S3."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.polling import wait_for
from tests.support.running import Client, Running
from tests.support.s3 import S3Server

LONG = {"n_epochs": 60, "batch_size": 2}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    server = S3Server(tmp_path_factory.mktemp("s3"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory,
    own_database_url: str,
    redis_url: str,
    server: S3Server,
) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("service")
    running = Running.prepare(folder, own_database_url, redis_url)
    running.settings |= {**server.environment, "TSLOSS_ARTIFACTS_URL": "s3://bucket/artifacts"}
    with running.started():
        yield running


@pytest.mark.slow
class TestArtifactsOnS3:
    def test_a_job_runs_through_and_its_results_are_read(
        self, client: Client, server: S3Server
    ) -> None:
        job = client.finish(client.create()["id"])
        assert job["status"] == "succeeded"
        assert len(client.prompt(job)) == 4 * 32 * 4
        assert client.finish(job["analysis"])["status"] == "succeeded"
        puts = server.requests("PUT")
        assert len(puts) == len(set(puts))  # no object is written twice

    def test_a_run_waits_until_the_store_is_back(
        self, running: Running, client: Client, server: S3Server
    ) -> None:
        file = client.upload()
        quiet = client.finish(client.create(file, hyperparameters=LONG)["id"])
        job = client.create(file, hyperparameters=LONG)["id"]
        client.wait_for_step(job, 10)
        server.stop()
        log = running.folder / "worker.log"
        wait_for(lambda: "is tried again" in log.read_text(), "a write that fails")
        assert client.job(job)["status"] == "running"
        server.start()
        ended = client.finish(job)
        assert (ended["status"], ended["attempt"]) == ("succeeded", 1)
        assert client.prompt(ended) == client.prompt(quiet)
