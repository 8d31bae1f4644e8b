"""Another version of the code finds what the one before left: states, a schema, a run."""

import re
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, text

from store.migrations import alembic_config, upgrade
from tests.support.polling import wait_for
from tests.support.running import Client, Running, kill_tree

LONG = {"n_epochs": 60, "batch_size": 2}
WAITS_FOR_LOCK = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def _broken_off(running: Running, client: Client) -> str:
    """A job whose worker was killed with states written."""
    worker = running.start_worker()
    job = client.create(hyperparameters=LONG)["id"]
    client.wait_for_step(job, 30)
    kill_tree(worker)
    return str(job)


def _rewrite_states(running: Running, version: int) -> None:
    """Make the stored resume states those of another version."""
    for state in Path(running.settings["TSLOSS_ARTIFACTS_URL"]).rglob("state-*"):
        text = re.compile(rb'(\\"version\\": )\d')
        data, marked = text.subn(rb"\g<1>%d" % version, state.read_bytes())
        assert marked == 1
        state.write_bytes(data)


class TestState:
    def test_one_of_a_later_version_is_refused_with_a_clear_error(
        self, running: Running, client: Client
    ) -> None:
        job = _broken_off(running, client)
        _rewrite_states(running, 9)
        running.start_worker()
        ended = client.finish(job)
        assert ended["status"] == "failed"
        assert "version 9" in ended["error"]["message"]

    @pytest.mark.slow
    def test_one_that_is_gone_costs_the_steps_and_not_the_job(
        self, running: Running, client: Client
    ) -> None:
        job = _broken_off(running, client)
        for state in Path(running.settings["TSLOSS_ARTIFACTS_URL"]).rglob("state-*"):
            state.unlink()
        running.start_worker()
        assert client.finish(job)["status"] == "succeeded"
        assert any(m.endswith("is gone: beginning anew") for m in client.messages(job))
        assert client.steps(job) == list(range(1, 121))


class TestMigration:
    def test_a_run_of_the_first_version_goes_on_after_it(
        self, running: Running, client: Client
    ) -> None:
        """The schema and the state of version 0001, with a run that its worker left."""
        job = _broken_off(running, client)
        _rewrite_states(running, 1)
        url = running.settings["TSLOSS_DATABASE_URL"]
        running.stop()
        command.downgrade(alembic_config(url), "0001")
        upgrade(url)
        running.start_api(running.port)
        running.start_worker()
        ended = client.finish(job)
        assert (ended["status"], ended["attempt"]) == ("succeeded", 2)
        assert any(message.startswith("Going on after") for message in client.messages(job))

    def test_a_run_waits_for_its_lock_and_loses_nothing(
        self, running: Running, client: Client
    ) -> None:
        running.start_worker()
        job = client.create(hyperparameters=LONG)["id"]
        client.wait_for_step(job, 10)
        engine = create_engine(running.settings["TSLOSS_DATABASE_URL"])
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE jobs ADD COLUMN of_a_later_version integer"))
            wait_for(lambda: _somebody_waits(engine), "a write that waits")
        ended = client.finish(job)
        assert (ended["status"], ended["attempt"]) == ("succeeded", 1)
        assert client.steps(job) == list(range(1, 121))
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE jobs DROP COLUMN of_a_later_version"))
        engine.dispose()


def _somebody_waits(engine: Engine) -> bool:
    with engine.connect() as other:
        return bool(other.scalar(WAITS_FOR_LOCK))
