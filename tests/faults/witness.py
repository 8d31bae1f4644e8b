"""A client that looks at every job all the time and remembers what it was told."""

import random
import threading
from collections import Counter
from typing import Any, Self

import httpx

from tests.support.running import FINAL, Client

LOOK_SECONDS = 0.3


class Witness(threading.Thread):
    """Finds answers that contradict earlier ones; `lies` has them in words."""

    def __init__(self, client: Client) -> None:
        super().__init__(name="witness", daemon=True)
        self._client = client
        self._http = httpx.Client(
            base_url=client.http.base_url, headers=client.http.headers, timeout=30
        )
        self._ended = threading.Event()
        self._rng = random.Random(0)
        self.jobs: dict[str, dict[str, Any]] = {}
        self._events: dict[str, list[str]] = {}
        self.lies: list[str] = []
        self.looks = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join()

    def run(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            try:
                self._look()
            except httpx.TransportError:
                continue

    def _look(self) -> None:
        answer = self._http.get("/v1/fine_tuning/jobs", params={"limit": 100})
        if answer.status_code == 503:
            return
        assert answer.status_code == 200, answer.text
        self.looks += 1
        told = {job["id"]: job for job in answer.json()["data"]}
        for missing in self.jobs.keys() - told.keys():
            self.lies.append(f"{missing} is gone")
        for job in told.values():
            self._compare(self.jobs.get(job["id"], job), job)
        self.jobs = told
        if told:
            self._look_at_events(self._rng.choice(sorted(told)))

    def _compare(self, before: dict[str, Any], job: dict[str, Any]) -> None:
        name, status = job["id"], job["status"]
        if before["status"] in FINAL and status != before["status"]:
            self.lies.append(f"{name} was {before['status']} and is {status}")
        if job["attempt"] < before["attempt"]:
            self.lies.append(f"{name} was at attempt {before['attempt']}, is at {job['attempt']}")
        if (status in FINAL) != (job["finished_at"] is not None):
            self.lies.append(f"{name} is {status}, finished at {job['finished_at']}")
        if status == "succeeded" and not (job["result_files"] and job["fine_tuned_model"]):
            self.lies.append(f"{name} succeeded and has no results")

    def _look_at_events(self, job: str) -> None:
        params = {"limit": 100}
        answer = self._http.get(f"/v1/fine_tuning/jobs/{job}/events", params=params)
        if answer.status_code != 200:
            return
        told = [event["id"] for event in reversed(answer.json()["data"])]
        before = self._events.get(job, [])
        if told[: len(before)] != before and len(told) < 100:
            self.lies.append(f"the events of {job} have changed")
        self._events[job] = told


def check_end(client: Client, job_id: str, steps: int, reference: bytes) -> None:
    """Whether a job that succeeded did so once, whole, and with the prompt of a quiet run."""
    job, events = client.job(job_id), Counter(client.messages(job_id))
    assert job["status"] == "succeeded", (job_id, job["error"])
    assert events["The job has successfully completed"] == 1
    per_epoch = 2
    for epoch in range(steps // per_epoch):
        assert events[f"Epoch {epoch + 1} begins (step {epoch * per_epoch + 1} of {steps})"] == 1
        assert events[f"Snapshot at step {(epoch + 1) * per_epoch}"] == 1
    for attempt in range(job["attempt"]):
        assert events[f"Validating files (attempt {attempt + 1})"] == 1
    assert client.steps(job_id) == list(range(1, steps + 1))
    assert client.prompt(job) == reference
    assert client.finish(job["analysis"], 600)["status"] == "succeeded"
