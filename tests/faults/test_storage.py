"""Artifact storage fails for a while, for good, or holds a state of another version."""

from pathlib import Path

from tests.support.polling import wait_for
from tests.support.running import Client, Running, kill_tree

LONG = {"n_epochs": 60, "batch_size": 2}


def _take_away(running: Running) -> None:
    """Put a file where the folder was: nothing can be written below it, even by root."""
    folder = Path(running.settings["TSLOSS_ARTIFACTS_URL"])
    folder.rename(folder.with_name("away"))
    folder.write_bytes(b"")


def _give_back(running: Running) -> None:
    folder = Path(running.settings["TSLOSS_ARTIFACTS_URL"])
    folder.unlink()
    folder.with_name("away").rename(folder)


class TestAway:
    def test_a_run_waits_until_it_is_back(self, running: Running, client: Client) -> None:
        running.start_worker()
        file = client.upload()
        quiet = client.finish(client.create(file, hyperparameters=LONG)["id"])
        client.finish(quiet["analysis"])
        job = client.create(file, hyperparameters=LONG)["id"]
        client.wait_for_step(job, 10)
        _take_away(running)
        log = running.folder / "worker.log"
        wait_for(lambda: "is tried again" in log.read_text(), "a write that fails")
        assert client.job(job)["status"] == "running"
        _give_back(running)
        ended = client.finish(job)
        assert (ended["status"], ended["attempt"]) == ("succeeded", 1)
        assert client.prompt(ended) == client.prompt(quiet)

    def test_a_run_that_waited_too_long_is_queued_again(
        self, running: Running, client: Client
    ) -> None:
        running.start_worker(TSLOSS_PATIENCE_SECONDS="0.5")
        job = client.create(hyperparameters=LONG)["id"]
        client.wait_for_step(job, 10)
        _take_away(running)
        wait_for(lambda: client.job(job)["status"] == "queued", "the queue")
        _give_back(running)
        ended = client.finish(job)
        assert (ended["status"], ended["attempt"] > 1) == ("succeeded", True)
        assert any("storage or database failed" in message for message in client.messages(job))


class TestUpgrade:
    def test_a_state_of_a_later_version_is_refused_with_a_clear_error(
        self, running: Running, client: Client
    ) -> None:
        worker = running.start_worker()
        job = client.create(hyperparameters=LONG)["id"]
        client.wait_for_step(job, 30)
        kill_tree(worker)
        for state in Path(running.settings["TSLOSS_ARTIFACTS_URL"]).rglob("state-*"):
            data = state.read_bytes()
            later = data.replace(b'\\"version\\": 2', b'\\"version\\": 9')
            assert later != data
            state.write_bytes(later)
        running.start_worker()
        ended = client.finish(job)
        assert ended["status"] == "failed"
        assert "version 9" in ended["error"]["message"]
