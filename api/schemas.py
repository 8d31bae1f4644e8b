"""What the schemas of every resource share."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from store.pages import Listed, Page

ItemT = TypeVar("ItemT")
RowT = TypeVar("RowT", bound=Listed)

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:._-]{1,256}$")]
Priority = Annotated[int, Field(ge=-100, le=100)]
JobStatus = Literal[
    "validating_files", "queued", "running", "paused", "succeeded", "failed", "cancelled"
]


class RequestModel(BaseModel):
    """Part of a request: no unknown field, no NaN or infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Reported(BaseModel):
    """What a run reports. A field that this API does not know yet is passed on."""

    model_config = ConfigDict(extra="allow")


class ListOf(BaseModel, Generic[ItemT]):
    """A page of a list."""

    object: Literal["list"] = "list"
    data: list[ItemT]
    has_more: bool = False


class Deleted(BaseModel):
    """Something that is gone."""

    id: str
    object: Literal[
        "file",
        "model",
        "fine_tuning.job",
        "analysis",
        "experiment",
        "webhook",
        "api_key",
        "session",
    ]
    deleted: Literal[True] = True


def list_of(page: Page[RowT], show: Callable[[RowT], ItemT]) -> ListOf[ItemT]:
    """Return a page of rows as its answer."""
    return ListOf(data=[show(row) for row in page.rows], has_more=page.has_more)


def time_of(seconds: int | None) -> datetime | None:
    """Return unix seconds as a time, or None."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def unix(time: datetime) -> int:
    """Return a time in whole seconds since 1970."""
    return int(time.timestamp())


def unix_or_none(time: datetime | None) -> int | None:
    """Return a time in whole seconds since 1970, or None."""
    return None if time is None else unix(time)
