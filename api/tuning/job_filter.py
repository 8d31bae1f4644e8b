"""What a listing of jobs is narrowed to."""

import re
from typing import Annotated, Any

from fastapi import Depends, Request

from api.dependencies import UnixTime
from api.errors import ApiError
from api.schemas import Id, JobStatus, time_of
from store.jobs import JobFilter

_NAME = re.compile(r"metadata\[([^\x00\]]{1,64})\]")

METADATA_PARAMETER: dict[str, Any] = {
    "name": "metadata",
    "in": "query",
    "style": "deepObject",
    "explode": True,
    "description": "Pairs that the metadata must contain, as `metadata[team]=search`.",
    "schema": {
        "type": "object",
        "propertyNames": {"pattern": r"^[^\x00\]]{1,64}$"},
        "additionalProperties": {"type": "string", "pattern": r"^[^\x00]*$"},
    },
}


async def _metadata(request: Request) -> dict[str, str]:
    pairs = {}
    for name, value in request.query_params.items():
        if not name.startswith("metadata"):
            continue
        match = _NAME.fullmatch(name)
        if match is None:
            raise ApiError(422, f"{name}: write `metadata[key]=value`.", param=name)
        pairs[match[1]] = value
    return pairs


async def _narrowed(
    metadata: Annotated[dict[str, str], Depends(_metadata)],
    status: JobStatus | None = None,
    model: Id | None = None,
    created_after: UnixTime = None,
    created_before: UnixTime = None,
    experiment: Id | None = None,
) -> JobFilter:
    return JobFilter(
        status, model, metadata, time_of(created_after), time_of(created_before), experiment
    )


JobFilterDep = Annotated[JobFilter, Depends(_narrowed)]
