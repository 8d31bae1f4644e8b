"""What the schemas of every resource share."""

from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

ItemT = TypeVar("ItemT")

Text = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\x00]*$")]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:._-]{1,256}$")]
PathId = Annotated[str, Path(pattern=r"^[A-Za-z0-9:._-]{1,256}$")]
Metadata = Annotated[
    dict[
        Annotated[Text, StringConstraints(max_length=64)],
        Annotated[str, StringConstraints(max_length=512, pattern=r"^[^\x00]*$")],
    ],
    Field(max_length=16),
]
JobStatus = Literal[
    "validating_files", "queued", "running", "paused", "succeeded", "failed", "cancelled"
]


def _to_unix(value: Any) -> Any:
    return int(value.timestamp()) if isinstance(value, datetime) else value


UnixTime = Annotated[int, BeforeValidator(_to_unix)]


class Asked(BaseModel):
    """Part of a request: no unknown field, no NaN or infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class PageQuery(Asked):
    """Which part of a list to return, newest first."""

    after: Id | None = Field(None, description="The last id of the page before.")
    limit: int = Field(20, ge=1, le=100)


class ListOf(BaseModel, Generic[ItemT]):
    """A page of a list."""

    object: Literal["list"] = "list"
    data: list[ItemT]
    has_more: bool = False


class JobError(BaseModel):
    """Why a job failed."""

    code: str
    message: str
    param: str | None
