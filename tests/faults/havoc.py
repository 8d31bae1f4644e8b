"""Faults that are caused in a running service, each by name."""

import os
import random
import signal
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from redis import Redis
from redis.exceptions import RedisError

from cli.embedded import EmbeddedPostgres
from store.bell import Bell
from store.ids import new_id
from tests.support.polling import wait_for
from tests.support.running import Client, Running, children_of, kill_tree
from tests.support.servers import RestartableValkey

FROZEN_SECONDS = 9.0
"""Longer than a lease."""

AWAY_SECONDS = 1.0
FAULTS = (
    "kill_worker", "kill_child", "terminate_worker", "freeze_worker", "flush_redis",
    "restart_redis", "restart_postgres", "take_storage_away", "ring_too_often", "kill_api",
    "pause_job", "pause_job", "resume_job", "cancel_job",
)  # fmt: skip


@dataclass
class Havoc:
    """A service with two workers, and what is done to it."""

    running: Running
    postgres: EmbeddedPostgres
    valkey: RestartableValkey
    client: Client
    jobs: list[str] = field(default_factory=list)
    cancelled: set[str] = field(default_factory=set)
    _timers: list[threading.Timer] = field(default_factory=list)

    def cause(self, fault: str, rng: random.Random) -> None:
        """Cause one of FAULTS."""
        if self.jobs or not fault.endswith("_job"):
            getattr(self, fault)(rng)

    def submit(self, body: dict[str, Any]) -> None:
        """Create a job as a client does that tries again under one key until it is answered."""
        ticket = new_id("msg")
        request = {"json": {**body, "metadata": {"ticket": ticket}}}

        def answered() -> str | None:
            headers = {"Idempotency-Key": ticket}
            answer = _ask(self.client, "/v1/fine_tuning/jobs", headers=headers, **request)
            if answer is None:
                return None
            if answer.status_code == 409:
                return self._created_under(ticket)
            assert answer.status_code == 200, answer.text
            return str(answer.json()["id"])

        self.jobs.append(wait_for(answered, "an answer", 180))

    def _created_under(self, ticket: str) -> str | None:
        """The job whose answer was lost with the process that had made it."""
        params = {"metadata[ticket]": ticket}
        page = self.client.http.get("/v1/fine_tuning/jobs", params=params).json()
        return next((job["id"] for job in page["data"]), None)

    def calm(self) -> None:
        """Let every fault be over and every paused job go on."""
        for timer in self._timers:
            timer.join()
        for job in self.jobs:
            self._wish(job, "resume")

    def kill_worker(self, rng: random.Random) -> None:
        kill_tree(self._take_worker(rng))
        self.running.start_worker()

    def kill_child(self, rng: random.Random) -> None:
        for child in children_of(rng.choice(self.running.workers)):
            child.kill()

    def terminate_worker(self, rng: random.Random) -> None:
        worker = self._take_worker(rng)
        self.running.start_worker()
        worker.terminate()
        worker.wait(120)

    def freeze_worker(self, rng: random.Random) -> None:
        worker = rng.choice(self.running.workers)
        os.killpg(worker.pid, signal.SIGSTOP)
        self._later(FROZEN_SECONDS, lambda: _thaw(worker))

    def flush_redis(self, _: random.Random) -> None:
        try:
            Redis.from_url(self.valkey.url).flushall()
        except RedisError as error:
            raise AssertionError("Valkey should answer") from error

    def restart_redis(self, _: random.Random) -> None:
        self.valkey.stop()
        self.valkey.start()

    def restart_postgres(self, _: random.Random) -> None:
        self.postgres.stop()
        self.postgres.start()

    def take_storage_away(self, _: random.Random) -> None:
        folder = Path(self.running.settings["TSLOSS_ARTIFACTS_URL"])
        away = folder.with_name("away")
        folder.rename(away)
        folder.write_bytes(b"")
        threading.Event().wait(AWAY_SECONDS)
        folder.unlink()
        away.rename(folder)

    def ring_too_often(self, rng: random.Random) -> None:
        bell = Bell(self.valkey.url)
        for _ in range(rng.randint(1, 5)):
            bell.ring(rng.choice(["cpu", "analysis"]))

    def kill_api(self, _: random.Random) -> None:
        kill_tree(self.running.processes.pop())
        self.running.start_api(self.running.port)

    def pause_job(self, rng: random.Random) -> None:
        self._wish(rng.choice(self.jobs), "pause")

    def resume_job(self, rng: random.Random) -> None:
        self._wish(rng.choice(self.jobs), "resume")

    def cancel_job(self, rng: random.Random) -> None:
        job = rng.choice(self.jobs)
        if self._wish(job, "cancel"):
            self.cancelled.add(job)

    def _wish(self, job: str, wish: str) -> bool:
        """Ask for it until there is an answer; return whether the job took it."""
        path = f"/v1/fine_tuning/jobs/{job}/{wish}"
        answer = wait_for(lambda: _ask(self.client, path), "an answer", 120)
        assert answer.status_code in (200, 409), answer.text
        return answer.status_code == 200

    def _take_worker(self, rng: random.Random) -> subprocess.Popen[bytes]:
        return self.running.workers.pop(rng.randrange(len(self.running.workers)))

    def _later(self, seconds: float, act: Any) -> None:
        timer = threading.Timer(seconds, act)
        timer.start()
        self._timers.append(timer)


def _thaw(worker: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(worker.pid, signal.SIGCONT)
    except ProcessLookupError:
        return  # killed since


def _ask(client: Client, path: str, **request: Any) -> httpx.Response | None:
    """Post; None where the service is away and says so, or does not say anything."""
    try:
        answer = client.http.post(path, **request)
    except httpx.TransportError:
        return None
    return None if answer.status_code in (409, 503) and _comes_later(answer) else answer


def _comes_later(answer: httpx.Response) -> bool:
    """Whether the service asks to try again: it is away, or answers the same request elsewhere."""
    return answer.status_code == 503 or "retry-after" in answer.headers
