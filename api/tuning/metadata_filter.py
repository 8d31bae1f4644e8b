"""The filter `metadata[team]=search` of a listing."""

import re
from typing import Annotated, Any

from fastapi import Depends, Request

from api.errors import ApiError

_NAME = re.compile(r"metadata\[([^\x00]{1,64})\]")

METADATA_PARAMETER: dict[str, Any] = {
    "name": "metadata",
    "in": "query",
    "style": "deepObject",
    "explode": True,
    "description": "Pairs that the metadata must contain, as `metadata[team]=search`.",
    "schema": {"type": "object", "additionalProperties": {"type": "string"}},
}


def _metadata(request: Request) -> dict[str, str]:
    pairs = {}
    for name, value in request.query_params.items():
        if not name.startswith("metadata"):
            continue
        match = _NAME.fullmatch(name)
        if match is None:
            raise ApiError(422, f"{name}: write `metadata[key]=value`.", param=name)
        pairs[match[1]] = value
    return pairs


MetadataFilter = Annotated[dict[str, str], Depends(_metadata)]
