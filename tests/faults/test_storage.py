"""Artifact storage fails for a while, for good, or is full."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from safetensors.numpy import load

from store.ids import new_id
from tests.support.polling import wait_for
from tests.support.running import Client, Running, rows

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
        wait_for(lambda: "is tried again" in running.log(), "a write that fails")
        assert client.job(job)["status"] == "running"
        _give_back(running)
        ended = client.finish(job)
        assert (ended["status"], ended["attempt"]) == ("succeeded", 1)
        assert client.prompt(ended) == client.prompt(quiet)

    @pytest.mark.slow
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
        assert any("artifact storage is away" in message for message in client.messages(job))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MiB, several times what two jobs leave."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this account may not mount a disk; test_folder.py injects ENOSPC instead")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def cramped(small_disk: Path, own_database_url: str, own_redis_url: str) -> Iterator[Running]:
    """A service that keeps its artifacts there."""
    running = Running.prepare(small_disk.with_name("service"), own_database_url, own_redis_url)
    running.settings["TSLOSS_ARTIFACTS_URL"] = str(small_disk)
    with running.started():
        yield running


class TestFull:
    def test_a_run_waits_for_room_and_no_half_file_is_ever_seen(
        self, cramped: Running, small_disk: Path
    ) -> None:
        running, client = cramped, Client.of(cramped, new_id("proj"))
        file = client.upload()
        quiet = client.finish(client.create(file, hyperparameters=LONG)["id"])
        client.finish(quiet["analysis"])
        job = client.create(file, hyperparameters=LONG)["id"]
        client.wait_for_step(job, 10)
        filler = small_disk / "filler"
        _fill(filler)
        wait_for(lambda: "No space left on device" in running.log(), "a write that fails")
        assert client.job(job)["status"] == "running"
        upload = {"file": ("more.jsonl", rows(), "application/jsonl")}
        refused = client.http.post("/v1/files", data={"purpose": "fine-tune"}, files=upload)
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "unavailable")
        _all_whole(small_disk)
        filler.unlink()
        ended = client.finish(job)
        assert (ended["status"], ended["attempt"]) == ("succeeded", 1)
        assert client.prompt(ended) == client.prompt(quiet)
        _all_whole(small_disk)
        assert list(small_disk.rglob(".partial-*")) == []


def _fill(path: Path) -> None:
    """Write until nothing fits any more."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)


def _all_whole(folder: Path) -> None:
    """Every snapshot and state that a reader can find is a whole file."""
    found = [*folder.rglob("snapshot-*"), *folder.rglob("state-*")]
    assert found
    for path in found:
        load(path.read_bytes())
