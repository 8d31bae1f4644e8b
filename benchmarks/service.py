"""The service under load, on embedded PostgreSQL and Valkey of this machine.

    python benchmarks/service.py [--only requests,streams,drain,memory] [--jobs 100000]
        [--calls 2000] [--listeners 200] [--drain 1000] [--requests 100000]

requests: create, get, conditional get, list page 1 and page 1,000 with so many finished jobs
stored, as quickly as eight connections go and at 200 requests a second. streams: how long an event
takes to reach every listener. drain: tiny jobs through two workers, and as many no-op Celery tasks.
memory: what the API takes after more and more requests. Prints Markdown.
"""

import argparse
import asyncio
import json
import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from statistics import mean
from uuid import uuid4

import psutil
from sqlalchemy import create_engine, text

from benchmarks.service_parts import noop_celery, stock
from benchmarks.service_parts.load import Caller, Sample, as_fast_as_it_goes, at_a_rate
from store import lifecycle
from store.bell import Bell
from store.database import Database
from store.migrations import upgrade
from store.runs import Run, RunKey
from store.schema import Job
from tests.support import servers
from tests.support.polling import wait_for
from tests.support.running import QUICK, Client, Running, rows

JOBS = "/v1/fine_tuning/jobs"
RATE, RATE_SECONDS, PAGE = 200.0, 15.0, 100
GET_P99_GOAL, OVERHEAD_GOAL = 50.0, 150.0
PARTS = ("requests", "streams", "drain", "memory")


@dataclass(frozen=True)
class Bench:
    """A running service and a project in it."""

    running: Running
    client: Client
    caller: Caller
    project_id: str
    file_id: str
    options: argparse.Namespace

    @property
    def database_url(self) -> str:
        """Where its PostgreSQL is."""
        return self.running.settings["TSLOSS_DATABASE_URL"]

    @property
    def api(self) -> psutil.Process:
        """The API's process."""
        return psutil.Process(self.running.processes[0].pid)

    @property
    def api_seconds(self) -> float:
        """Processor time that the API has taken."""
        times = self.api.cpu_times()
        return float(times.user + times.system)


@contextmanager
def bench(options: argparse.Namespace) -> Iterator[Bench]:
    """Start PostgreSQL, Valkey and the API; stop them at the end."""
    with (
        servers.postgres() as database,
        servers.redis() as redis,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
    ):
        upgrade(database)
        running = Running.prepare(Path(folder), database, redis)
        running.settings.update(TSLOSS_MAX_QUEUED_JOBS="100000", TSLOSS_STATE_INTERVAL_SECONDS="60")
        running.start_api()
        try:
            key = running.new_key("bench")
            client = Client.at(running, key)
            file_id = client.upload(rows(4))
            project = client.create(file_id)["organization_id"]
            yield Bench(running, client, Caller(running.port, key), project, file_id, options)
        finally:
            running.stop()


def requests(it: Bench) -> None:
    """Print rates and times of single requests."""
    print(f"\n### Requests, {it.options.jobs:,} jobs stored\n")
    stock.fill(it.database_url, it.project_id, it.file_id, it.options.jobs)
    print("| request | per second | API's CPU ms | p50 ms | p95 | p99 | p50 at 200/s | p95 | p99 |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, (status, build) in _kinds(it).items():
        spent = it.api_seconds
        fast = asyncio.run(as_fast_as_it_goes(it.caller, build, it.options.calls))
        fast.expect(status)
        spent = 1000 * (it.api_seconds - spent) / it.options.calls
        times = [_three(fast), " | | "]
        if not name.startswith("list"):
            steady = asyncio.run(at_a_rate(it.caller, build, RATE, RATE_SECONDS))
            steady.expect(status)
            times[1] = _three(steady)
        print(f"| {name} | {fast.rate:.0f} | {spent:.2f} | {times[0]} | {times[1]} |", flush=True)
    print(f"\nGoal: p99 of a get under {GET_P99_GOAL:.0f} ms at {RATE:.0f} requests a second.")


def _kinds(it: Bench) -> dict[str, tuple[int, Callable[[int], bytes]]]:
    stored = [f"ftjob-{n:024d}" for n in range(1, it.options.jobs + 1)]
    call, count = it.caller, len(stored)
    _, headers, _ = asyncio.run(call.one(call.get(f"{JOBS}/{stored[0]}")))
    body = json.dumps({"model": "parked", "training_file": it.file_id}).encode()
    page = max(2, min(1000, count // PAGE))
    with create_engine(it.database_url).connect() as connection:
        after = stock.job_before_page(connection, it.project_id, page, PAGE)
    return {
        "get": (200, lambda n: call.get(f"{JOBS}/{stored[n * 7919 % count]}")),
        "conditional get": (
            304,
            lambda _: call.get(f"{JOBS}/{stored[0]}", If_None_Match=headers["etag"]),
        ),
        "list, page 1": (200, lambda _: call.get(f"{JOBS}?limit={PAGE}")),
        f"list, page {page:,}": (200, lambda _: call.get(f"{JOBS}?limit={PAGE}&after={after}")),
        "create": (200, lambda _: call.post(JOBS, body)),
    }


def _three(sample: Sample) -> str:
    return " | ".join(f"{sample.milliseconds(percent):.1f}" for percent in (50, 95, 99))


def streams(it: Bench) -> None:
    """Print how long an event takes from its commit to each of many listeners."""
    times = asyncio.run(_listen(it, it.options.listeners, events=40))
    print(f"\n### Event stream, {it.options.listeners} listeners of one job\n")
    print("| events received | p50 ms | p95 ms | p99 ms |\n|---|---|---|---|")
    print(f"| {len(times.seconds)} | {_three(times)} |")
    print("\nFrom the commit to the listener; the one poller looks twice a second.")


async def _listen(it: Bench, listeners: int, events: int) -> Sample:
    run = _run(it)
    sample = Sample()
    opened = asyncio.Semaphore(0)
    request = it.caller.get(f"{JOBS}/{run.key.job_id}/events/stream")

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", it.running.port)
        writer.write(request)
        await reader.readuntil(b"event: progress")
        opened.release()
        for _ in range(events):
            await reader.readuntil(b'"message":"at ')
            sent = float((await reader.readuntil(b'"'))[:-1])
            sample.note(200, time.time() - sent)
        writer.close()

    tasks = [asyncio.create_task(one()) for _ in range(listeners)]
    for _ in tasks:
        await opened.acquire()
    for _ in range(events):
        await asyncio.to_thread(lambda: run.record_event(f"at {time.time()}"))
        await asyncio.sleep(0.13)
    await asyncio.gather(*tasks)
    return sample


def _run(it: Bench) -> Run:
    """Take a job as a worker would."""
    job_id = it.client.create(it.file_id, model="parked")["id"]
    database = Database(it.database_url, Bell(it.running.settings["TSLOSS_REDIS_URL"]))
    token = uuid4()
    with database.transaction() as session:
        job = session.get_one(Job, job_id, with_for_update=True)
        lifecycle.take(session, job, token, timedelta(hours=1), timedelta(hours=1))
    run = Run(database, RunKey(job_id, it.project_id, 1, token))
    run.start()
    return run


def drain(it: Bench) -> None:
    """Print what a tiny job costs outside its training, and a no-op task of Celery."""
    count, workers = it.options.drain, 2
    created = time.perf_counter()
    for _ in range(count):
        it.client.create(it.file_id, **QUICK)
    created = time.perf_counter() - created
    processes = [it.running.start_worker(queues=("cpu",)) for _ in range(workers)]
    try:
        wait_for(lambda: _waiting(it) == 0, "the queue to be empty", 3600)
    finally:
        for process in processes:
            process.terminate()
    wall, training = _times(it)
    noop = noop_celery.drain(
        it.running.settings["TSLOSS_REDIS_URL"], count, workers, it.running.folder
    )
    each, peer = 1000 * wall * workers / count, 1000 * noop * workers / count
    print(f"\n### {count:,} tiny jobs through {workers} workers\n")
    print("| | ms of a worker per job |\n|---|---|")
    print(f"| whole job (claim, validate, train, grade twice, store) | {each:.1f} |")
    print(f"| training steps in it | {1000 * training:.1f} |")
    print(f"| overhead outside training (goal: under {OVERHEAD_GOAL:.0f}) |"
          f" {each - 1000 * training:.1f} |")  # fmt: skip
    print(f"| no-op Celery task | {peer:.1f} |")
    print(f"\nCreated one after another at {count / created:.0f} a second. The analyses that follow"
          " the jobs are not run.")  # fmt: skip


def _waiting(it: Bench) -> int:
    query = (
        "SELECT count(*) FROM jobs WHERE kind = 'tuning' AND queue = 'cpu' AND finished_at IS NULL"
    )
    time.sleep(0.2)
    with create_engine(it.database_url).connect() as connection:
        return int(connection.scalar(text(query)) or 0)


def _times(it: Bench) -> tuple[float, float]:
    """Return seconds from the 20th end to the last (the model is warm), scaled to all; and the
    mean training seconds of a job."""
    ends = "SELECT finished_at FROM jobs WHERE queue = 'cpu' AND attempt > 0 ORDER BY finished_at"
    steps = "SELECT sum((values ->> 'seconds')::float) FROM metrics GROUP BY job_id"
    with create_engine(it.database_url).connect() as connection:
        times = list(connection.scalars(text(ends)))[-it.options.drain :]
        training = mean(connection.scalars(text(steps)))
    warm = min(20, len(times) // 2)
    seconds = (times[-1] - times[warm]).total_seconds()
    return seconds * len(times) / (len(times) - 1 - warm), training


def memory(it: Bench) -> None:
    """Print the API's resident memory as requests go by."""
    job = it.client.create(it.file_id, model="parked")["id"]
    call = it.caller

    def build(n: int) -> bytes:
        if n % 50 == 0:
            return call.get(f"{JOBS}?limit=100")
        return call.get(f"{JOBS}/{job}" if n % 2 else f"{JOBS}/ftjob-none{n}")

    print("\n### Memory of the API\n\n| requests | resident MiB |\n|---|---|")
    part = max(1, it.options.requests // 10)
    for done in range(0, it.options.requests + 1, part):
        print(f"| {done:,} | {it.api.memory_info().rss / 2**20:.1f} |", flush=True)
        if done < it.options.requests:
            asyncio.run(as_fast_as_it_goes(call, build, part))


def machine() -> str:
    """Return what the figures were measured on."""
    names = ("fastapi", "uvicorn", "sqlalchemy", "psycopg", "celery")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    cpus = subprocess.run(["lscpu"], capture_output=True, text=True, check=False).stdout
    model = next(
        (line.partition(":")[2].strip() for line in cpus.splitlines() if "Model name" in line), "?"
    )
    return f"{model}, {os.cpu_count()} cores; Python {platform.python_version()}, {versions}"


def main() -> None:
    """Run the parts that are wanted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--listeners", type=int, default=200)
    parser.add_argument("--drain", type=int, default=1000)
    parser.add_argument("--requests", type=int, default=100_000)
    options = parser.parse_args()
    wanted = options.only.split(",")
    print(f"# Service, CPU, {datetime.now(UTC):%Y-%m-%d}\n\n{machine()}")
    with bench(options) as it:
        for part, run in zip(PARTS, (requests, streams, drain, memory), strict=True):
            if part in wanted:
                run(it)


if __name__ == "__main__":
    main()
