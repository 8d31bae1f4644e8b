"""Experiments: create, follow, steer, extend, and read the comparison."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from tsloss_client.objects import Deleted, Experiment
from tsloss_client.transport import Transport
from tsloss_client.waiting import Followed

PATH = "/v1/experiments"
PAGE = 100

Format = Literal["svg", "png", "json"]


class Experiments(Followed[Experiment]):
    """The experiments of the key's project."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, **request: Any) -> Experiment:
        """Queue a tuning job for each model, task, arm and seed of the request."""
        return self._transport.post(PATH, Experiment, request)

    def list(self, limit: int = PAGE) -> Iterator[Experiment]:
        """Yield the experiments, newest first; `limit` is the size of a page."""
        return self._transport.get_pages(PATH, Experiment, {"limit": limit})

    def retrieve(self, experiment_id: str) -> Experiment:
        """Return an experiment."""
        return self._transport.get(f"{PATH}/{experiment_id}", Experiment)

    def report(self, experiment_id: str) -> dict[str, Any]:
        """Return the comparison of the arms, as far as the jobs are."""
        answer = self._transport.request("GET", f"{PATH}/{experiment_id}/report")
        report: dict[str, Any] = answer.json()
        return report

    def report_page(self, experiment_id: str) -> str:
        """Return the comparison as one self-contained HTML page."""
        path, query = f"{PATH}/{experiment_id}/report", {"format": "html"}
        return self._transport.request("GET", path, params=query).text

    def figure(self, experiment_id: str, name: str, format: Format = "svg") -> bytes:
        """Return a figure of the report, or with `json` what it shows, such as `differences`."""
        path = f"{PATH}/{experiment_id}/figures/{name}.{format}"
        return self._transport.request("GET", path).content

    def cancel(self, experiment_id: str) -> Experiment:
        """Cancel its queued jobs at once, and ask the runs of others to stop."""
        return self._post(experiment_id, "cancel")

    def pause(self, experiment_id: str) -> Experiment:
        """Pause its queued jobs at once, and ask the runs of others to save their state."""
        return self._post(experiment_id, "pause")

    def resume(self, experiment_id: str) -> Experiment:
        """Let its paused jobs go on where they stopped."""
        return self._post(experiment_id, "resume")

    def retry(self, experiment_id: str) -> Experiment:
        """Queue its failed jobs again, each from its last saved state if it has one."""
        return self._post(experiment_id, "retry")

    def extend(self, experiment_id: str, seeds: Sequence[int]) -> Experiment:
        """Add a job for each model, task, arm and new seed."""
        return self._post(experiment_id, "extend", {"seeds": [*seeds]})

    def delete(self, experiment_id: str) -> Deleted:
        """Delete an experiment whose jobs have all ended, with its jobs and all that they left."""
        return self._transport.delete(PATH, experiment_id)

    def _post(self, experiment_id: str, action: str, body: Any = None) -> Experiment:
        return self._transport.post(f"{PATH}/{experiment_id}/{action}", Experiment, body)
