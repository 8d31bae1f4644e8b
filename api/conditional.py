"""ETags: a poller that knows the newest answer already gets none."""

import hashlib
from typing import TypeVar

from fastapi import Request, Response
from pydantic import BaseModel

AnswerT = TypeVar("AnswerT", bound=BaseModel)


def not_modified(request: Request, response: Response, answer: AnswerT) -> AnswerT | Response:
    """Return `answer` with its ETag, or an empty 304 if the caller has it."""
    digest = hashlib.sha256(answer.model_dump_json().encode()).hexdigest()[:32]
    tag = f'"{digest}"'
    response.headers["ETag"] = tag
    known = request.headers.get("if-none-match", "")
    if tag in [candidate.strip().removeprefix("W/") for candidate in known.split(",")]:
        return Response(status_code=304, headers=dict(response.headers))
    return answer
