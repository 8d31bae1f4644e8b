"""What the demonstration asks of the service."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from cli.demo.progress import Bar
from cli.errors import ServiceFailedError

FINAL = ("succeeded", "failed", "cancelled")
POLL_SECONDS = 0.5
DEADLINE_SECONDS = 3600.0

Json = dict[str, Any]


class DemoClient:
    """Speaks to the service and shows progress.

    `check` is asked while waiting and raises when the service has ended.
    """

    def __init__(self, http: httpx.Client, console: Console, check: Callable[[], None]) -> None:
        self._http = http
        self._console = console
        self._check = check

    def upload(self, name: str, data: bytes) -> str:
        """Upload a data file; return its id."""
        answer = self._http.post(
            "/v1/files", files={"file": (name, data)}, data={"purpose": "fine-tune"}
        )
        file = _checked(answer)
        self._console.print(f"Uploaded {name}: {file['rows']} rows, {file['id']}")
        return str(file["id"])

    def create_job(self, request: Json) -> str:
        """Queue a tuning job; return its id."""
        job = _checked(self._http.post("/v1/fine_tuning/jobs", json=request))
        self._console.print(f"Queued {job['id']} on {job['model']}")
        return str(job["id"])

    def follow_job(self, job_id: str) -> Json:
        """Show a tuning job's progress until its end. Raises ServiceFailedError if it fails."""
        return self._follow(f"/v1/fine_tuning/jobs/{job_id}")

    def follow_analysis(self, analysis_id: str) -> Json:
        """Show an analysis's progress until its end. Raises ServiceFailedError if it fails."""
        return self._follow(f"/v1/analyses/{analysis_id}")

    def list_diagrams(self, analysis_id: str) -> list[Json]:
        """Return the diagrams of an analysis."""
        path, found = f"/v1/analyses/{analysis_id}/diagrams", list[Json]()
        while True:
            after = {"after": found[-1]["id"]} if found else {}
            page = self._get(path, limit=100, **after)
            found += page["data"]
            if not page["has_more"]:
                return found

    def download_results(self, job: Json, folder: Path) -> list[Path]:
        """Write a job's result files into `folder`; return their paths."""
        paths = []
        for file_id in job["result_files"]:
            name = Path(self._get(f"/v1/files/{file_id}")["filename"]).name
            paths.append(self._download(f"/v1/files/{file_id}/content", folder / name))
        return paths

    def download_figures(self, analysis_id: str, folder: Path) -> list[Path]:
        """Write an analysis's figures into `folder`; return their paths."""
        figures = self._get(f"/v1/analyses/{analysis_id}/figures")["data"]
        return [
            self._download(figure["url"], folder / f"{figure['name']}.{figure['format']}")
            for figure in figures
        ]

    def _follow(self, path: str) -> Json:
        deadline = time.monotonic() + DEADLINE_SECONDS
        with Bar(self._console) as bar:
            while time.monotonic() < deadline:
                self._check()
                job = self._get(path)
                bar.show(job)
                if job["status"] in FINAL:
                    return _succeeded(job)
                time.sleep(POLL_SECONDS)
        raise ServiceFailedError(f"{path} was not through after {DEADLINE_SECONDS:.0f} seconds")

    def _get(self, path: str, **query: Any) -> Json:
        return _checked(self._http.get(path, params=query))

    def _download(self, path: str, target: Path) -> Path:
        answer = self._http.get(path)
        if answer.is_error:
            _checked(answer)
        target.write_bytes(answer.content)
        return target


def _succeeded(job: Json) -> Json:
    if job["status"] != "succeeded":
        error = job["error"] or {"message": job["status"]}
        raise ServiceFailedError(f"{job['id']} did not succeed: {error['message']}")
    return job


def _checked(answer: httpx.Response) -> Json:
    if answer.is_error:
        raise ServiceFailedError(f"{answer.request.method} {answer.request.url}: {answer.text}")
    body: Json = answer.json()
    return body
