"""Workers that are killed, frozen or told to end while they run a job."""

import os
import random
import signal
import subprocess

import pytest

from store.bell import Bell
from tests.support.polling import wait_for
from tests.support.running import Client, Running, children_of, kill_tree

LONG = {"n_epochs": 60, "batch_size": 2}
"""120 steps: some seconds, and several resume states."""

ENDLESS = {"n_epochs": 10_000, "batch_size": 2}
LOST = "Back in the queue: its worker was lost"


class TestSigkill:
    def test_the_next_worker_goes_on_and_ends_with_the_same_prompt(
        self, running: Running, client: Client
    ) -> None:
        """Twice at random steps; the next worker has another budget for its contexts."""
        file = client.upload()
        worker = running.start_worker()
        quiet = client.finish(client.create(file, hyperparameters=LONG)["id"])
        disturbed = client.create(file, hyperparameters=LONG)["id"]
        for budget in ("0", "1000000"):
            done = client.http.get(f"/v1/fine_tuning/jobs/{disturbed}").json()["progress"] or {}
            client.wait_for_step(disturbed, random.randint(1, 30) + int(done.get("step", 0)))
            kill_tree(worker)
            assert client.job(disturbed)["status"] in ("running", "validating_files")
            worker = running.start_worker(TSLOSS_CONTEXT_CACHE_BYTES=budget)
        job = client.finish(disturbed)
        assert (job["status"], job["attempt"]) == ("succeeded", 3)
        assert client.prompt(job) == client.prompt(quiet)
        messages = client.messages(disturbed)
        assert messages.count(LOST) == 2
        assert any(message.startswith("Going on after step") for message in messages)
        assert messages.count("Epoch 7 begins (step 13 of 120)") == 1

    def test_a_child_that_is_killed_alone_is_replaced(
        self, running: Running, client: Client
    ) -> None:
        worker = running.start_worker()
        job = client.create(hyperparameters=LONG)["id"]
        client.wait_for_step(job, 20)
        _kill_children(worker)
        assert client.finish(job)["attempt"] == 2
        assert LOST in client.messages(job)


class TestSigterm:
    def test_the_state_is_saved_and_the_job_waits(self, running: Running, client: Client) -> None:
        worker = running.start_worker()
        job = client.create(hyperparameters=LONG)["id"]
        client.wait_for_step(job, 20)
        worker.terminate()
        worker.wait(30)
        waiting = client.job(job)
        assert (waiting["status"], waiting["attempt"]) == ("queued", 1)
        running.start_worker()
        assert client.finish(job)["status"] == "succeeded"
        messages = client.messages(job)
        assert "Back in the queue: its worker shut down" in messages
        assert any(message.startswith("Going on after step") for message in messages)


class TestFreeze:
    def test_a_worker_that_wakes_too_late_writes_nothing(
        self, running: Running, client: Client
    ) -> None:
        frozen = running.start_worker()
        job = client.create(hyperparameters=LONG)["id"]
        client.wait_for_step(job, 20)
        os.killpg(frozen.pid, signal.SIGSTOP)
        running.start_worker()
        wait_for(lambda: client.job(job)["attempt"] == 2, "the second attempt")
        os.killpg(frozen.pid, signal.SIGCONT)
        ended = client.finish(job)
        assert (ended["status"], ended["attempt"]) == ("succeeded", 2)
        assert client.messages(job).count("The job has successfully completed") == 1


@pytest.mark.slow
@pytest.mark.timeout(900)
class TestPoison:
    def test_a_job_that_kills_its_workers_fails_and_starves_nobody(
        self, running: Running, client: Client
    ) -> None:
        worker = running.start_worker()
        poison = client.create(hyperparameters=ENDLESS)["id"]
        client.wait_for_step(poison, 1)
        others = [client.create()["id"] for _ in range(2)]
        killed = 0

        def dead() -> bool:
            nonlocal killed
            job = client.job(poison)
            if job["status"] == "running" and job["attempt"] == killed + 1:
                _kill_children(worker)
                killed += 1
            return job["status"] == "failed"

        wait_for(dead, "the end of the poison", 400)
        job = client.job(poison)
        assert (job["error"]["code"], killed) == ("worker_lost", 3)
        for other in others:
            ended = client.finish(other)
            assert ended["status"] == "succeeded"
            assert ended["started_at"] <= job["finished_at"]


def _kill_children(worker: subprocess.Popen[bytes]) -> None:
    for child in children_of(worker):
        child.kill()


class TestBell:
    def test_spare_bells_start_nothing(self, running: Running, client: Client) -> None:
        running.start_worker()
        job = client.create()["id"]
        bell = Bell(running.settings["TSLOSS_REDIS_URL"])
        for _ in range(5):
            bell.ring("cpu")
        assert client.finish(job)["attempt"] == 1
        assert client.finish(client.create()["id"])["attempt"] == 1
        assert client.messages(job).count("Validating files (attempt 1)") == 1


class TestTimeLimit:
    def test_a_run_that_takes_too_long_saves_its_state_and_can_be_retried(
        self, running: Running, client: Client
    ) -> None:
        worker = running.start_worker(TSLOSS_MAX_RUN_SECONDS="5")
        client.finish(client.create()["id"])
        job = client.create(hyperparameters=ENDLESS)["id"]
        ended = client.finish(job)
        assert (ended["status"], ended["error"]["code"]) == ("failed", "timeout")
        worker.terminate()
        worker.wait(30)
        last = client.steps(job)[-1]
        running.start_worker()
        client.http.post(f"/v1/fine_tuning/jobs/{job}/retry")
        client.wait_for_step(job, last + 1)
        client.openai.fine_tuning.jobs.cancel(job)
        assert client.finish(job)["status"] == "cancelled"
        assert f"Going on after step {last}" in client.messages(job)


class TestPause:
    @pytest.mark.parametrize("wish", ["pause", pytest.param("cancel", marks=pytest.mark.slow)])
    def test_at_any_moment(self, running: Running, client: Client, wish: str) -> None:
        """From queued to graded: the job becomes what was asked for, or was through already."""
        running.start_worker()
        client.finish(client.create()["id"])
        for tenths in range(0, 12, 3):
            job = client.create(hyperparameters={"n_epochs": 30, "batch_size": 2})["id"]
            wait_for(lambda steps=tenths, job=job: _has_reached(client, job, steps), "the moment")
            answer = client.http.post(f"/v1/fine_tuning/jobs/{job}/{wish}")
            wanted = {"pause": "paused", "cancel": "cancelled"}[wish]
            if answer.status_code == 409:
                assert client.job(job)["status"] == "succeeded"
                continue
            ends = (wanted, "succeeded")
            wait_for(lambda job=job, ends=ends: client.job(job)["status"] in ends, wanted)
            client.messages(job)

    def test_a_paused_run_goes_on_and_ends_with_the_same_prompt(
        self, running: Running, client: Client
    ) -> None:
        running.start_worker()
        file = client.upload()
        quiet = client.finish(client.create(file, hyperparameters=LONG)["id"])
        job = client.create(file, hyperparameters=LONG)["id"]
        client.wait_for_step(job, 20)
        client.openai.fine_tuning.jobs.pause(job)
        client.wait_for_status(job, "paused")
        client.openai.fine_tuning.jobs.resume(job)
        ended = client.finish(job)
        assert client.prompt(ended) == client.prompt(quiet)
        messages = client.messages(job)
        assert messages.index("Pause requested") < messages.index("The job is paused")


def _has_reached(client: Client, job: str, tenths: int) -> bool:
    progress = client.job(job)["progress"] or {}
    return tenths == 0 or (progress.get("percent") or 0) >= 10 * tenths or _ended(client, job)


def _ended(client: Client, job: str) -> bool:
    return bool(client.job(job)["finished_at"])
