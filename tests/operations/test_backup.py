"""A backup as docs/operations.md says it, restored into another database and another folder."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from cli.embedded.binaries import postgres_binary
from store.ids import new_id
from tests.docs.pages import find_block
from tests.support.running import Client, Running
from tests.support.servers import own_database


def _libpq(url: str) -> str:
    """Return a URL as PostgreSQL's own tools read it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _run(script: str, folder: Path, **variables: str) -> None:
    tools = postgres_binary("pg_dump").parent
    environment = {**os.environ, **variables, "PATH": f"{tools}:{os.environ['PATH']}"}
    subprocess.run(["bash", "-euc", script], cwd=folder, env=environment, check=True, timeout=120)


@pytest.fixture
def before(tmp_path: Path, own_database_url: str, redis_url: str) -> Iterator[Running]:
    """The service that is backed up."""
    running = Running.prepare(tmp_path / "before", own_database_url, redis_url)
    with running.started():
        yield running


@pytest.fixture
def after(tmp_path: Path, own_database_url: str, redis_url: str) -> Iterator[Running]:
    """An empty database and an empty folder, without a process."""
    with own_database(own_database_url) as url:
        running = Running.prepare(tmp_path / "after", url, redis_url)
        yield running
        running.stop()


def _follow(first_line: str, service: Running, folder: Path) -> None:
    """Run the block of the guide that begins with a line for a service."""
    script = find_block("docs/operations.md", first_line).text
    settings = service.settings
    database, artifacts = settings["TSLOSS_DATABASE_URL"], settings["TSLOSS_ARTIFACTS_URL"]
    _run(script, folder, DATABASE=_libpq(database), ARTIFACTS=artifacts)


class TestBackup:
    def test_a_restored_service_shows_what_was_there_and_goes_on_with_what_ran(
        self, tmp_path: Path, before: Running, after: Running
    ) -> None:
        client = Client.of(before, new_id("proj"))
        job = client.finish(client.create()["id"])
        client.finish(job["analysis"])
        prompt, key = client.prompt(job), client.openai.api_key
        topology = client.http.get(f"/v1/fine_tuning/jobs/{job['id']}/topology").json()
        running = client.create(hyperparameters={"n_epochs": 100, "batch_size": 2})["id"]
        client.wait_for_step(running, 20)
        _follow("# backup", before, tmp_path)
        quiet = client.prompt(client.finish(running))
        before.stop()

        _follow("# restore", after, tmp_path)
        after.start_api()
        after.start_worker()
        again = Client.at(after, key)
        assert again.job(job["id"]) == job
        assert again.prompt(job) == prompt
        assert again.http.get(f"/v1/fine_tuning/jobs/{job['id']}/topology").json() == topology
        assert again.job(running)["status"] != "succeeded"
        assert again.prompt(again.finish(running)) == quiet
