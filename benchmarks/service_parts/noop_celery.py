"""The peer of a drained queue: a Celery task that does nothing, on the same broker."""

import os
import subprocess
import sys
import time
from pathlib import Path

from celery import Celery
from redis import Redis

QUEUE = "noop"
app = Celery("noop", broker=os.environ.get("NOOP_BROKER", "redis://127.0.0.1:1/0"))
app.conf.update(task_ignore_result=True, task_acks_late=True, worker_prefetch_multiplier=1)


@app.task(name="noop")  # type: ignore[untyped-decorator]
def noop() -> None:
    """Do nothing."""


def drain(redis_url: str, count: int, workers: int, folder: Path) -> float:
    """Return the seconds that `workers` processes take for `count` tasks."""
    environment = {**os.environ, "NOOP_BROKER": redis_url}
    command = [
        sys.executable, "-m", "celery", "-A", "benchmarks.service_parts.noop_celery", "worker",
        "--concurrency=1", f"--queues={QUEUE}", "--loglevel=WARNING",
        "--without-gossip", "--without-mingle",
    ]  # fmt: skip
    with (folder / "noop.log").open("wb") as log:
        processes = [
            subprocess.Popen(
                [*command, f"--hostname=noop{n}@%h"], env=environment, stdout=log, stderr=log
            )
            for n in range(workers)
        ]
        try:
            return _time(redis_url, count)
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)


def _time(redis_url: str, count: int) -> float:
    broker = Redis.from_url(redis_url)
    celery = Celery("noop", broker=redis_url)
    celery.send_task("noop", queue=QUEUE)
    _wait_until_empty(broker)
    began = time.perf_counter()
    for _ in range(count):
        celery.send_task("noop", queue=QUEUE)
    _wait_until_empty(broker)
    return time.perf_counter() - began


def _wait_until_empty(broker: Redis) -> None:
    deadline = time.monotonic() + 600
    while broker.llen(QUEUE) or broker.hlen("unacked"):
        if time.monotonic() > deadline:
            raise TimeoutError("the no-op tasks were not done in ten minutes")
        time.sleep(0.02)
