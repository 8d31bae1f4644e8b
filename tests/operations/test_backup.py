"""A backup as docs/operations.md says it, restored into another database and another folder."""

import os
import re
import subprocess
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from cli.embedded.binaries import postgres_binary
from store.ids import new_id
from tests.support.running import Client, Running

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
MARK = "# {}\n"


def _commands(name: str) -> str:
    """Return the guide's shell block that begins with the comment `# name`."""
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    return next(block for block in blocks if block.startswith(MARK.format(name)))


def _libpq(url: str) -> str:
    """Return a URL as PostgreSQL's own tools read it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _run(script: str, folder: Path, **variables: str) -> None:
    tools = postgres_binary("pg_dump").parent
    environment = {**os.environ, **variables, "PATH": f"{tools}:{os.environ['PATH']}"}
    subprocess.run(["bash", "-euc", script], cwd=folder, env=environment, check=True, timeout=120)


class TestBackup:
    def test_a_restored_service_shows_all_that_was_there(
        self, tmp_path: Path, own_database_url: str, redis_url: str
    ) -> None:
        before = Running.prepare(tmp_path / "before", own_database_url, redis_url)
        before.start_api()
        worker = before.start_worker()
        project = new_id("proj")
        client = Client.of(before, project)
        job = client.finish(client.create()["id"])
        client.finish(job["analysis"])
        prompt, key = client.prompt(job), client.openai.api_key
        topology = client.http.get(f"/v1/fine_tuning/jobs/{job['id']}/topology").json()
        folder = before.settings["TSLOSS_ARTIFACTS_URL"]
        _run(_commands("backup"), tmp_path, DATABASE=_libpq(own_database_url), ARTIFACTS=folder)
        worker.terminate()
        before.stop()

        name = new_id("proj").lower().replace("-", "_")
        engine = create_engine(own_database_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        url = make_url(own_database_url).set(database=name).render_as_string(hide_password=False)
        after = Running.prepare(tmp_path / "after", url, redis_url)
        folder = after.settings["TSLOSS_ARTIFACTS_URL"]
        _run(_commands("restore"), tmp_path, DATABASE=_libpq(url), ARTIFACTS=folder)
        after.start_api()
        after.start_worker()
        try:
            again = Client.at(after, key)
            assert again.job(job["id"]) == job
            assert again.prompt(job) == prompt
            assert again.http.get(f"/v1/fine_tuning/jobs/{job['id']}/topology").json() == topology
            assert again.finish(again.create()["id"])["status"] == "succeeded"
        finally:
            after.stop()
            with engine.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
            engine.dispose()
