"""Prints jobs and estimates."""

from collections.abc import Sequence
from typing import Any

from cli.output import print_fields, print_json, print_rows, when
from tsloss_client import Estimate, Job


def show_jobs(jobs: Sequence[Job], as_json: bool) -> None:
    """Print a row per job."""
    if as_json:
        print_json([job.model_dump() for job in jobs])
        return
    headers = ("id", "status", "done", "model", "created", "accuracy")
    print_rows(headers, [_row(job) for job in jobs])


def show_job(job: Job, as_json: bool) -> None:
    """Print a job."""
    if as_json:
        print_json(job.model_dump())
        return
    outcome = job.outcome or {}
    print_fields(
        {
            "id": job.id,
            "status": job.status,
            "error": job.error and f"{job.error.code}: {job.error.message}",
            "progress": _progress(job),
            "model": job.model,
            "tuned model": job.fine_tuned_model,
            "regularizer": job.method["soft_prompt"]["regularizer"]["type"],
            "accuracy": _change(outcome, "accuracy"),
            "loss": _change(outcome, "loss"),
            "graded on": outcome and f"{outcome['rows']} rows of the {outcome['evaluated_on']}",
            "training file": job.training_file,
            "validation file": job.validation_file,
            "seed": job.seed,
            "attempt": job.attempt,
            "analysis": job.analysis,
            "created": when(job.created_at),
            "started": when(job.started_at),
            "finished": when(job.finished_at),
        }
    )


def show_estimate(estimate: Estimate, as_json: bool) -> None:
    """Print what a job would take, and why something is not known."""
    if as_json:
        print_json(estimate.model_dump())
        return
    memory = estimate.memory_bytes
    print_fields(
        {
            "steps": estimate.steps,
            "tokens": estimate.tokens,
            "memory of a step": None if memory is None else f"{memory / 2**20:.0f} MiB",
            "seconds": estimate.seconds,
            "device": estimate.device,
            **{f"{name} not known": reason for name, reason in estimate.unknown.items()},
        }
    )


def _row(job: Job) -> list[object]:
    percent = job.progress and job.progress.percent
    return [
        job.id,
        job.status,
        None if percent is None else f"{percent:.0f} %",
        job.model,
        when(job.created_at),
        _change(job.outcome or {}, "accuracy"),
    ]


def _progress(job: Job) -> str | None:
    now = job.progress
    if now is None:
        return None
    return f"{now.phase}, step {now.step} of {now.of}" if now.of else now.phase


def _change(outcome: dict[str, Any], what: str) -> str | None:
    if not outcome:
        return None
    return f"{outcome[f'{what}_before']:.3f} -> {outcome[f'{what}_after']:.3f}"
