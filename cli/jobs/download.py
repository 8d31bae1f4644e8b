"""Fetches what a job left."""

from pathlib import Path

from cli.errors import CommandError
from tsloss_client import Client


def download_results(client: Client, job_id: str, out: Path, figures: bool) -> list[Path]:
    """Write a job's result files, and the figures of its analysis if it is through; return paths.

    Raises CommandError if there is nothing to fetch.
    """
    job = client.jobs.retrieve(job_id)
    if not job.result_files:
        raise CommandError(f"{job.id} is {job.status} and has no results")
    paths = client.jobs.download(job, out)
    if figures and job.analysis is not None:
        paths += client.analyses.download_figures(job.analysis, out / "figures")
    return paths
