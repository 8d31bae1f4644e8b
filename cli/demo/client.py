"""What the demonstration asks of the service."""

import time
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

FINAL = ("succeeded", "failed", "cancelled")
POLL_SECONDS = 0.5
DEADLINE_SECONDS = 1800.0

Json = dict[str, Any]


class DemoFailedError(Exception):
    """The service refused something, or a job did not succeed."""


class DemoClient:
    """Speaks to the service and shows progress."""

    def __init__(self, http: httpx.Client, console: Console) -> None:
        self._http = http
        self._console = console

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

    def follow(self, job_id: str) -> Json:
        """Show a job's progress until its end. Raises DemoFailedError unless it succeeds."""
        return self._follow(f"/v1/fine_tuning/jobs/{job_id}", "tuning")

    def follow_analysis(self, analysis_id: str) -> Json:
        """Show an analysis's progress until its end. Raises DemoFailedError unless it succeeds."""
        return self._follow(f"/v1/analyses/{analysis_id}", "analysis")

    def list_diagrams(self, analysis_id: str) -> list[Json]:
        """Return the newest diagrams of an analysis."""
        return _list(self._get(f"/v1/analyses/{analysis_id}/diagrams", limit=100))

    def download_results(self, job: Json, folder: Path) -> list[Path]:
        """Write a job's result files into `folder`; return their paths."""
        paths = []
        for file_id in job["result_files"]:
            name = self._get(f"/v1/files/{file_id}")["filename"]
            paths.append(self._download(f"/v1/files/{file_id}/content", folder / name))
        return paths

    def download_figures(self, analysis_id: str, folder: Path) -> list[Path]:
        """Write an analysis's figures into `folder`; return their paths."""
        figures = _list(self._get(f"/v1/analyses/{analysis_id}/figures"))
        return [
            self._download(figure["url"], folder / f"{figure['name']}.{figure['format']}")
            for figure in figures
        ]

    def _follow(self, path: str, what: str) -> Json:
        columns = (
            TextColumn("{task.description:<28}"),
            BarColumn(),
            TextColumn("{task.fields[detail]}"),
            TimeElapsedColumn(),
        )
        deadline = time.monotonic() + DEADLINE_SECONDS
        with Progress(*columns, console=self._console) as progress:
            bar = progress.add_task(what, total=100, detail="")
            while time.monotonic() < deadline:
                job = self._get(path)
                _show(progress, bar, job)
                if job["status"] in FINAL:
                    return _succeeded(job)
                time.sleep(POLL_SECONDS)
        raise DemoFailedError(f"{path} was not through after {DEADLINE_SECONDS:.0f} seconds")

    def _get(self, path: str, **query: Any) -> Json:
        return _checked(self._http.get(path, params=query))

    def _download(self, path: str, target: Path) -> Path:
        answer = self._http.get(path)
        if answer.is_error:
            _checked(answer)
        target.write_bytes(answer.content)
        return target


def _show(progress: Progress, bar: Any, job: Json) -> None:
    now = job["progress"] or {}
    detail = f"{now['step']}/{now['of']}" if "of" in now else ""
    if "steps_per_second" in now:
        detail += f", {now['steps_per_second']:.2f} steps/s"
    percent = 100.0 if job["status"] == "succeeded" else now.get("percent", 0.0)
    phase = now.get("phase", "") if job["status"] not in FINAL else ""
    description = f"{job['status']} {phase}".strip()
    progress.update(bar, completed=percent, description=description, detail=detail)


def _succeeded(job: Json) -> Json:
    if job["status"] != "succeeded":
        error = job["error"] or {"message": job["status"]}
        raise DemoFailedError(f"{job['id']} did not succeed: {error['message']}")
    return job


def _list(answer: Json) -> list[Json]:
    rows: list[Json] = answer["data"]
    return rows


def _checked(answer: httpx.Response) -> Json:
    if answer.is_error:
        raise DemoFailedError(f"{answer.request.method} {answer.request.url}: {answer.text}")
    body: Json = answer.json()
    return body
