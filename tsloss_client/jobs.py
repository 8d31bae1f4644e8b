"""Tuning jobs: create, follow, steer, and read what they measured."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tsloss_client.files import Files
from tsloss_client.following import Message, follow
from tsloss_client.objects import Checkpoint, Deleted, Estimate, Event, Job, Statistics, Step
from tsloss_client.transport import Transport
from tsloss_client.waiting import PATIENCE, Followed

PATH = "/v1/fine_tuning/jobs"
PAGE = 100
STEPS_PER_PAGE = 10_000

Measures = list[Statistics]
Paths = list[Path]


class Jobs(Followed[Job]):
    """The tuning jobs of the key's project."""

    def __init__(self, transport: Transport, files: Files) -> None:
        self._transport = transport
        self._files = files

    def create(self, *, model: str, training_file: str, **settings: Any) -> Job:
        """Queue a job; `settings` are the other fields of the request, `method` among them.

        Raises RefusedError that names the field.
        """
        body = {"model": model, "training_file": training_file, **settings}
        return self._transport.post(PATH, Job, body)

    def estimate(self, *, model: str, training_file: str, **settings: Any) -> Estimate:
        """Tell what the job that `create` would queue would take."""
        body = {"model": model, "training_file": training_file, **settings}
        return self._transport.post(f"{PATH}:estimate", Estimate, body)

    def list(
        self,
        status: str | None = None,
        model: str | None = None,
        metadata: Mapping[str, str] | None = None,
        limit: int = PAGE,
    ) -> Iterator[Job]:
        """Yield the jobs, newest first; `limit` is the size of a page."""
        pairs = {f"metadata[{key}]": value for key, value in (metadata or {}).items()}
        query = {"status": status, "model": model, "limit": limit, **pairs}
        return self._transport.get_pages(PATH, Job, query)

    def retrieve(self, job_id: str) -> Job:
        """Return a job."""
        return self._transport.get(f"{PATH}/{job_id}", Job)

    def cancel(self, job_id: str) -> Job:
        """Cancel a queued job at once, or ask the run of another to stop."""
        return self._post(job_id, "cancel")

    def pause(self, job_id: str) -> Job:
        """Pause a queued job at once, or ask the run of another to save its state and stop."""
        return self._post(job_id, "pause")

    def resume(self, job_id: str) -> Job:
        """Let a paused job go on where it stopped."""
        return self._post(job_id, "resume")

    def retry(self, job_id: str) -> Job:
        """Queue a failed job again, from its last saved state if it has one."""
        return self._post(job_id, "retry")

    def delete(self, job_id: str) -> Deleted:
        """Delete a finished job with its results, tuned model and analyses."""
        return self._transport.delete(PATH, job_id)

    def events(self, job_id: str) -> Iterator[Event]:
        """Yield a job's events, newest first."""
        return self._transport.get_pages(f"{PATH}/{job_id}/events", Event, {"limit": PAGE})

    def stream(self, job_id: str, after: int = 0, patience: float = PATIENCE) -> Iterator[Message]:
        """Yield the events after number `after`, and each new position, until the job has ended.

        Goes on through broken connections without missing or doubling an event. Raises
        UnreachableError after `patience` seconds without an answer.
        """
        return follow(self._transport, f"{PATH}/{job_id}/events/stream", after, patience)

    def checkpoints(self, job_id: str) -> Iterator[Checkpoint]:
        """Yield a job's snapshots, newest first."""
        query = {"limit": PAGE}
        return self._transport.get_pages(f"{PATH}/{job_id}/checkpoints", Checkpoint, query)

    def metrics(self, job_id: str, after_step: int = 0) -> Iterator[Step]:
        """Yield what was measured at each step after `after_step`, in order."""
        query = {"after_step": after_step, "limit": STEPS_PER_PAGE}
        path = f"{PATH}/{job_id}/metrics"
        return self._transport.get_pages(path, Step, query, _after_step)

    def topology(self, job_id: str) -> Measures:
        """Return the structural measures of each snapshot; empty until the analysis is done."""
        path = f"{PATH}/{job_id}/topology"
        return [*self._transport.get_pages(path, Statistics, {}, _after_step)]

    def download(self, job: Job, folder: Path) -> Paths:
        """Write a job's result files into a folder; return their paths."""
        return [self._files.download(file_id, folder) for file_id in job.result_files]

    def _post(self, job_id: str, action: str) -> Job:
        return self._transport.post(f"{PATH}/{job_id}/{action}", Job)


def _after_step(last: Step | Statistics) -> dict[str, int]:
    return {"after_step": last.step}
