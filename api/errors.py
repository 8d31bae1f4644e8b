"""One shape for every error: `{"error": {"message", "type", "param", "code"}}`."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException

from api.field_paths import field_path
from store.errors import ConflictError, LimitError, NotFoundError

log = logging.getLogger(__name__)


class ErrorDetail(BaseModel):
    """What went wrong. `param` names the field, `code` is for programs."""

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
    }.items()
}


class ApiError(Exception):
    """An answer other than success."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        type_: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.detail = ErrorDetail(message=message, type=type_, param=param, code=code)


def install(app: FastAPI) -> None:
    """Register a handler for everything that a request can run into."""
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(NotFoundError, _not_found)
    app.add_exception_handler(ConflictError, _conflict)
    app.add_exception_handler(LimitError, _limit)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DataError, _unstorable)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(Exception, _internal)


def _respond(error: ApiError, headers: Mapping[str, str] | None = None) -> JSONResponse:
    body = ErrorBody(error=error.detail).model_dump()
    return JSONResponse(body, error.status, headers=dict(headers or {}))


def _api_error(_: Request, error: Any) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
    return _respond(error, headers)


def _not_found(_: Request, error: Any) -> JSONResponse:
    return _respond(ApiError(404, str(error), code="not_found"))


def _conflict(_: Request, error: Any) -> JSONResponse:
    conflict = ApiError(409, str(error), type_="conflict_error", code="conflict")
    return _respond(conflict, {"x-should-retry": "false"})


def _limit(_: Request, error: Any) -> JSONResponse:
    limit = ApiError(429, str(error), type_="limit_error", code="project_limit")
    return _respond(limit, {"x-should-retry": "false"})


def _validation(_: Request, error: Any) -> JSONResponse:
    first = error.errors()[0]
    param = field_path(first["loc"], error.body)
    message = f"{param}: {first['msg']}" if param else str(first["msg"])
    return _respond(ApiError(422, message, param=param, code=first["type"]))


def _http(_: Request, error: Any) -> JSONResponse:
    code = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}.get(error.status_code)
    answer = ApiError(error.status_code, str(error.detail), code=code)
    return _respond(answer, error.headers)


def _unstorable(_: Request, error: Any) -> JSONResponse:
    message = "A value cannot be stored: a NUL character, or a number out of range."
    return _respond(ApiError(422, message, code="unstorable_value"))


def _database_away(request: Request, error: Any) -> JSONResponse:
    log.error("the database is away during %s %s", request.method, request.url.path)
    away = ApiError(503, "The database is not reachable.", type_="server_error", code="unavailable")
    return _respond(away, {"Retry-After": "2"})


def _internal(request: Request, error: Any) -> JSONResponse:
    log.error("unexpected error in %s %s", request.method, request.url.path, exc_info=error)
    message = "An unexpected error occurred."
    return _respond(ApiError(500, message, type_="server_error", code="internal"))
