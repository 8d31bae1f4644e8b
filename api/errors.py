"""One shape for every error: `{"error": {"message", "type", "param", "code"}}`."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from api.field_paths import field_path
from store.artifacts import ArtifactMissingError
from store.errors import (
    ConflictError,
    LimitError,
    NotFoundError,
    SourceGoneError,
    UnfinishedSourceError,
)

_LONGEST_MESSAGE = 1000
_LONGEST_PARAM = 200
_NEVER_RETRY = {"x-should-retry": "false"}
_LATER = {"Retry-After": "2"}
# SQLSTATE's class of deadlocks and failed serialisations (PostgreSQL, appendix A).
_ROLLED_BACK = "40"

log = logging.getLogger(__name__)


class ErrorDetail(BaseModel):
    """What went wrong. `param` names the field as a dotted path, `code` is for programs."""

    message: str
    type: str
    param: str | None
    code: str | None


class ErrorBody(BaseModel):
    """The body of every answer with a status of 400 or more."""

    error: ErrorDetail


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": text}
    for status, text in {
        400: "The request cannot be read.",
        401: "No valid API key.",
        403: "The key lacks a scope.",
        404: "No such thing in the caller's project.",
        409: "The state of the thing does not allow it.",
        413: "The body is over the limit.",
        422: "A field is wrong; `error.param` names it.",
        429: "A limit of the project is reached, or there are too many event streams.",
        500: "A fault of ours; the message names the request's id.",
        503: "The database or the artifact storage is away or busy.",
    }.items()
}

_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    429: "limit_error",
}
_HTTP_CODES = {400: "unreadable_body", 404: "unknown_route", 405: "method_not_allowed"}


class ApiError(HTTPException):
    """An answer other than success."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, message, headers)
        self.param = param
        self.code = code


@contextmanager
def about(param: str, code: str = "not_found") -> Iterator[None]:
    """Name the field of the request whose id a query inside does not find."""
    try:
        yield
    except NotFoundError as error:
        raise ApiError(404, str(error), param=param, code=code) from None


def error_response(error: ApiError) -> JSONResponse:
    """Return the answer that tells a client of `error`."""
    detail = ErrorDetail(
        message=_readable(error.detail, _LONGEST_MESSAGE),
        type=_type_of(error.status_code),
        param=None if error.param is None else _readable(error.param, _LONGEST_PARAM),
        code=error.code,
    )
    body = ErrorBody(error=detail).model_dump()
    return JSONResponse(body, error.status_code, headers=error.headers)


def refusal_of(error: Exception) -> ApiError | None:
    """Return the answer that `error` stands for, or None for a fault of ours."""
    match error:
        case ApiError():
            return error
        case HTTPException(status_code=status, detail=text, headers=headers):
            return ApiError(status, str(text), code=_HTTP_CODES.get(status), headers=headers)
        case RequestValidationError():
            return _invalid(error)
    return _store_refusal(error) or _storage_refusal(error)


def _store_refusal(error: Exception) -> ApiError | None:
    match error:
        case SourceGoneError(kind=kind, param=param):
            return ApiError(404, str(error), param=param, code=f"{kind}_not_found")
        case NotFoundError():
            return ApiError(404, str(error), code="not_found")
        case UnfinishedSourceError(param=param):
            return ApiError(
                409, str(error), param=param, code="unfinished_job", headers=_NEVER_RETRY
            )
        case ConflictError():
            return ApiError(409, str(error), code="conflict", headers=_NEVER_RETRY)
        case LimitError():
            return ApiError(429, str(error), code="over_limit", headers=_NEVER_RETRY)
    return None


def _storage_refusal(error: Exception) -> ApiError | None:
    match error:
        case ArtifactMissingError():
            return ApiError(404, "The content is not stored any more.", code="content_missing")
        case DataError():
            message = "A value cannot be stored: a NUL character, or a number out of range."
            return ApiError(422, message, code="unstorable_value")
        case OperationalError() | PoolTimeoutError():
            return _database_refusal(error)
        case OSError():
            log.error("artifact storage failed", exc_info=error)
            message = "The artifact storage is full or not reachable."
            return ApiError(503, message, code="unavailable", headers=_LATER)
    return None


def _database_refusal(error: OperationalError | PoolTimeoutError) -> ApiError:
    """Say what is wrong; log what was said without the statement: its values are the clients'."""
    said = error.orig if isinstance(error, OperationalError) else error
    log.error("the database failed: %s", said)
    message = "The database is not reachable."
    if isinstance(error, PoolTimeoutError):
        message = "All connections to the database are in use."
    elif (getattr(said, "sqlstate", None) or "").startswith(_ROLLED_BACK):
        message = "The database broke this request off for another one. Send it again."
    return ApiError(503, message, code="unavailable", headers=_LATER)


def _invalid(error: RequestValidationError) -> ApiError:
    """Tell of the first invalid field; the members of a union complain together."""
    problems = error.errors()
    first = problems[0]
    if first["type"] == "json_invalid":
        message = f"The body is not JSON: {first['ctx']['error']}."
        return ApiError(400, message, code="json_invalid")
    if first["loc"][0] == "path":
        return ApiError(404, "Nothing has such an id.", code="not_found")
    param = field_path(first["loc"], error.body)
    reasons = [
        problem["msg"].removeprefix("Value error, ")
        for problem in problems
        if field_path(problem["loc"], error.body) == param
    ]
    message = f"{param or first['loc'][0]}: {'; or '.join(dict.fromkeys(reasons))}"
    return ApiError(422, message, param=param, code=first["type"])


def _readable(text: str, longest: int) -> str:
    """Shorten `text` and replace what UTF-8 cannot carry, such as half of a surrogate pair."""
    kept = text if len(text) <= longest else f"{text[:longest]}..."
    return kept.encode("utf-8", "replace").decode("utf-8")


def _type_of(status: int) -> str:
    return _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
