"""Fifty small jobs under a random schedule of every fault, from a seed."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from store.ids import new_id
from store.migrations import upgrade
from tests.faults.havoc import FAULTS, Havoc
from tests.faults.witness import Witness, check_end
from tests.support.polling import wait_for
from tests.support.running import FINAL, Client, Running
from tests.support.servers import restartable_postgres, restartable_valkey

JOBS, STEPS = 50, 20
LONGEST_PAUSE_SECONDS = 3.0


@pytest.fixture
def havoc(tmp_path: Path) -> Iterator[Havoc]:
    with restartable_postgres() as (postgres, url), restartable_valkey(tmp_path) as valkey:
        upgrade(url)
        running = Running.prepare(tmp_path / "service", url, valkey.url)
        # One job may be hit more often here than an operator would bear.
        running.settings["TSLOSS_MAX_ATTEMPTS"] = "1000"
        running.settings["TSLOSS_LEASE_SECONDS"] = "6"
        with running.started(workers=2):
            yield Havoc(running, postgres, valkey, Client.of(running, new_id("proj")))


@pytest.mark.slow
@pytest.mark.timeout(3600)
class TestSchedule:
    @pytest.mark.parametrize("seed", [1, 2])
    def test_every_job_ends_once_and_no_answer_is_a_lie(self, havoc: Havoc, seed: int) -> None:
        rng, client = random.Random(seed), havoc.client
        settings = {"n_epochs": STEPS // 2, "batch_size": 2}
        quiet = client.finish(client.create(hyperparameters=settings)["id"], 300)
        reference = client.prompt(quiet)
        body = {name: quiet[name] for name in ("model", "training_file", "seed", "method")}
        with Witness(client) as witness, ThreadPoolExecutor(1) as submitter:
            submitted = submitter.submit(_submit_all, havoc, body, seed)
            while not submitted.done():
                havoc.cause(rng.choice(FAULTS), rng)
                threading.Event().wait(rng.uniform(0, LONGEST_PAUSE_SECONDS))
            submitted.result()
            havoc.calm()
            wait_for(lambda: _all_ended(witness), "the end of every job", 2400)
        assert witness.lies == []
        ended = {job: client.job(job)["status"] for job in havoc.jobs}
        assert len(set(havoc.jobs)) == JOBS
        assert set(witness.jobs) == {*havoc.jobs, quiet["id"]}
        for job, status in ended.items():
            if status == "cancelled":
                assert job in havoc.cancelled
                client.messages(job)
            else:
                check_end(client, job, STEPS, reference)
        analyses = client.http.get("/v1/analyses", params={"limit": 100}).json()
        succeeded = [job for job, status in ended.items() if status == "succeeded"]
        assert len(analyses["data"]) == len(succeeded) + 1


def _submit_all(havoc: Havoc, body: dict[str, Any], seed: int) -> None:
    """Create the jobs one after another, however often the service is away meanwhile."""
    rng = random.Random(-seed)
    for _ in range(JOBS):
        havoc.submit(body)
        threading.Event().wait(rng.uniform(0, LONGEST_PAUSE_SECONDS))


def _all_ended(witness: Witness) -> bool:
    """Whether every job is at its end, the quiet one among them."""
    jobs = witness.jobs.values()
    return len(jobs) == JOBS + 1 and all(job["status"] in FINAL for job in jobs)
