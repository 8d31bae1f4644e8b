"""How far a run is, in the same words for every kind of job."""

from typing import Any

from pydantic import BaseModel


class Progress(BaseModel):
    """What a run does, and step `step` of `of`. `finishes_at` is in unix seconds, an estimate."""

    phase: str | None = None
    step: int | None = None
    of: int | None = None
    percent: float | None = None
    steps_per_second: float | None = None
    finishes_at: int | None = None


def progress_of(stored: dict[str, Any] | None) -> Progress | None:
    """Return what a run told last as its answer."""
    return None if stored is None else Progress.model_validate(stored)
