"""ETags: a poller that knows the newest answer already gets none."""

import hashlib
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel

UNCHANGED: dict[int | str, dict[str, Any]] = {
    304: {"description": "It is as the `If-None-Match` says."}
}
"""For the description of every operation that answers `with_etag`."""


def with_etag(request: Request, response: Response, answer: BaseModel) -> Response:
    """Return `answer` with its ETag, or an empty 304 if the caller has it.

    `response` carries the headers that the endpoint has set. The answer goes out as the bytes that
    the ETag is about.
    """
    content = answer.model_dump_json().encode()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {**response.headers, "ETag": tag}
    known = request.headers.get("if-none-match", "")
    if tag in [candidate.strip().removeprefix("W/") for candidate in known.split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)
