"""A running service for tests: an API process and worker processes over real servers."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
from openai import OpenAI
from safetensors.numpy import load

from cli.keys.keys import create_key
from store.settings import Settings
from tests.support.polling import wait_for
from tests.support.serving import free_port
from tests.support.tiny_models import save_tiny_model

WORKED = ("cpu", "analysis")
"""The queues of the tiny model and of analyses. Jobs of the model "parked" wait for good."""

FINAL = ("succeeded", "failed", "cancelled")
QUICK = {
    "num_virtual_tokens": 4,
    "hyperparameters": {"n_epochs": 2, "batch_size": 2},
    "evaluation": {"max_new_tokens": 4},
}
"""Settings of a job of four steps on four rows."""


def rows(count: int = 4) -> bytes:
    """Training rows with choices."""
    made = [
        {"question": f"{i}+1=", "answer": str((i + 1) % 10), "choices": ["x", str((i + 1) % 10)]}
        for i in range(count)
    ]
    return "".join(json.dumps(row) + "\n" for row in made).encode()


@dataclass
class Running:
    """The processes of a service and their settings."""

    folder: Path
    settings: dict[str, str]
    port: int = 0
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @classmethod
    def prepare(cls, folder: Path, database_url: str, redis_url: str) -> "Running":
        """Write a catalogue with a tiny model and make the settings."""
        folder.mkdir(exist_ok=True)
        model = save_tiny_model(folder / "model")
        catalogue = folder / "models.json"
        entry = {"id": "tiny", "path": str(model), "queue": "cpu"}
        broken = {"id": "broken", "path": str(folder / "nothing"), "queue": "cpu"}
        parked = {"id": "parked", "path": str(model), "queue": "nobody"}
        catalogue.write_text(json.dumps([entry, broken, parked]), "utf-8")
        settings = {
            "TSLOSS_DATABASE_URL": database_url,
            "TSLOSS_REDIS_URL": redis_url,
            "TSLOSS_ARTIFACTS_URL": str(folder / "artifacts"),
            "TSLOSS_MODELS": str(catalogue),
            "TSLOSS_SECRET_KEY": "s" * 32,
            "TSLOSS_DATA_DIR": str(folder / "data"),
            "TSLOSS_CONTEXT_CACHE_BYTES": "3000",
            "TSLOSS_LEASE_SECONDS": "3",
            "TSLOSS_WEBHOOK_NETWORKS": '["127.0.0.0/8"]',
            "TSLOSS_STATE_INTERVAL_SECONDS": "0.05",
            "OMP_NUM_THREADS": "1",
        }
        return cls(folder, settings)

    @property
    def base_url(self) -> str:
        """Where the API listens."""
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def started(self, workers: int = 1) -> Iterator["Running"]:
        """Run the API and workers inside the block; a start that fails leaves none behind."""
        try:
            self.start_api()
            for _ in range(workers):
                self.start_worker()
            yield self
        finally:
            self.stop()

    def start_api(self, port: int | None = None) -> subprocess.Popen[bytes]:
        """Start the API, on a free port unless one is given, and wait until it is ready."""
        self.port = port or free_port()
        process = self._start(
            "api.log", "uvicorn", "--factory", "api.app:create_app", "--port", str(self.port)
        )
        self.processes.append(process)
        wait_for(self._ready, "the API")
        return process

    def start_worker(
        self, queues: Sequence[str] = WORKED, **settings: str
    ) -> subprocess.Popen[bytes]:
        """Start a worker, with settings of its own if some are given."""
        wanted = [part for queue in queues for part in ("--queue", queue)]
        worker = self._start("worker.log", "cli.main", "worker", *wanted, **settings)
        self.workers.append(worker)
        return worker

    def stop(self) -> None:
        """End every process."""
        self.stop_workers()
        _end(self.processes)

    def stop_workers(self) -> None:
        """End the workers; the API goes on."""
        _end(self.workers)

    def log(self) -> str:
        """What the workers have said."""
        return (self.folder / "worker.log").read_text("utf-8")

    def new_key(self, project: str) -> str:
        """Make a key of a project."""
        fields = {k.removeprefix("TSLOSS_").lower(): v for k, v in self.settings.items()}
        return create_key("test", project, Settings.model_validate(fields))

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.base_url}/readyz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def _start(self, log: str, *module: str, **settings: str) -> subprocess.Popen[bytes]:
        with (self.folder / log).open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", *module],
                env={**os.environ, **self.settings, **settings}, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip


@dataclass
class Client:
    """A caller with a key: the stock OpenAI client, and plain HTTP for what it lacks."""

    openai: OpenAI
    http: httpx.Client

    @classmethod
    def of(cls, running: Running, project: str) -> "Client":
        """Connect with a new key of a project."""
        return cls.at(running, running.new_key(project))

    @classmethod
    def at(cls, running: Running, key: str) -> "Client":
        """Connect with a key."""
        headers = {"Authorization": f"Bearer {key}"}
        return cls(
            OpenAI(base_url=f"{running.base_url}/v1", api_key=key),
            httpx.Client(base_url=running.base_url, headers=headers, timeout=30),
        )

    def upload(self, data: bytes | None = None, name: str = "rows.jsonl") -> str:
        """Upload a data file; return its id."""
        content = rows() if data is None else data
        return self.openai.files.create(file=(name, content), purpose="fine-tune").id

    def create(self, training_file: str | None = None, **spec: Any) -> dict[str, Any]:
        """Create a tuning job on the tiny model."""
        model, seed = spec.pop("model", "tiny"), spec.pop("seed", 1)
        named = {name: spec.pop(name) for name in ("validation_file",) if name in spec}
        body = {
            **named,
            "model": model,
            "training_file": training_file or self.upload(),
            "seed": seed,
            "method": {"type": "soft_prompt", "soft_prompt": {**QUICK, **spec}},
        }
        answer = self.http.post("/v1/fine_tuning/jobs", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def job(self, job_id: str) -> dict[str, Any]:
        """Return a job, or an analysis, by its id."""
        kind = "fine_tuning/jobs" if job_id.startswith("ftjob") else "analyses"
        answer = self.http.get(f"/v1/{kind}/{job_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def finish(self, job_id: str, seconds: float = 120.0) -> dict[str, Any]:
        """Wait for a job's end and return it."""

        def ended() -> dict[str, Any] | None:
            job = self.job(job_id)
            return job if job["status"] in FINAL else None

        return wait_for(ended, f"the end of {job_id}", seconds)

    def events(self, job_id: str) -> list[dict[str, Any]]:
        """Return all events of a tuning job in order."""
        pages = self.openai.fine_tuning.jobs.list_events(job_id, limit=100)
        return [event.to_dict() for event in pages][::-1]

    def prompt(self, job: dict[str, Any]) -> bytes:
        """Return the bytes of a finished job's tuned prompt; a file's header has no fixed order."""
        for file in job["result_files"]:
            if self.openai.files.retrieve(file).filename == "soft_prompt.safetensors":
                data = self.openai.files.content(file).read()
                return load(data)["prompt_embeddings"].tobytes()
        raise AssertionError("no prompt among the result files")

    def messages(self, job_id: str) -> list[str]:
        """Return the messages of a job's events, after checking that none is missing or doubled."""
        events = self.events(job_id)
        assert [event["number"] for event in events] == list(range(1, len(events) + 1))
        return [event["message"] for event in events]

    def steps(self, job_id: str) -> list[int]:
        """Return the number of every measured step of a tuning job."""
        after, found = 0, list[int]()
        while True:
            params = {"after_step": after, "limit": 1000}
            page = self.http.get(f"/v1/fine_tuning/jobs/{job_id}/metrics", params=params).json()
            found += [step["step"] for step in page["data"]]
            if not page["data"]:
                return found
            after = found[-1]

    def wait_for_status(self, job_id: str, status: str, seconds: float = 120.0) -> dict[str, Any]:
        """Wait until a job has a status, and return it."""

        def reached() -> dict[str, Any] | None:
            job = self.job(job_id)
            return job if job["status"] == status else None

        return wait_for(reached, f"{job_id} to be {status}", seconds)

    def wait_for_step(self, job_id: str, step: int) -> None:
        """Wait until a job has measured a step."""

        def reached() -> bool:
            params = {"after_step": step - 1, "limit": 1}
            answer = self.http.get(f"/v1/fine_tuning/jobs/{job_id}/metrics", params=params)
            return bool(answer.json()["data"])

        wait_for(reached, f"step {step} of {job_id}")


def children_of(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Return the processes that a worker runs jobs in; its tracker of semaphores is none."""
    children = psutil.Process(process.pid).children()
    return [child for child in children if "semaphore_tracker" not in " ".join(child.cmdline())]


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Tell processes to end, kill those that do not, and forget them."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            kill_tree(process)
    processes.clear()


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL a process and its children."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
