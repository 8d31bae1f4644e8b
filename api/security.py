"""Who asks, and whether they may."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.cookies import check_origin, session_token
from api.errors import ApiError
from api.state import ServiceState
from store.browser_sessions import key_of_session
from store.keys import Scope as KeyScope
from store.keys import authenticate
from store.schema import ApiKey

WRITES = frozenset({"POST", "DELETE"})
OPEN_PATHS = frozenset({"/livez", "/readyz", "/"})
OPEN_PREFIX = "/web/"
"""The dashboard's files, which tell nothing of anybody."""

_bearer = HTTPBearer(scheme_name="ApiKey", description="A key of a project.", auto_error=False)


@dataclass(frozen=True)
class Caller:
    """The key that a request shows, its project and its scopes."""

    project_id: str
    key_id: str
    scopes: frozenset[str]


class Authentication:
    """Asks for a key, or a browser's session, before anything of the body is read.

    Only `OPEN_PATHS` and the dashboard's files need neither. The look-up's transaction ends here,
    so that no request waits for a thread while it holds a connection of the pool.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the caller in the request's state. Raises a 401."""
        if scope["type"] == "http" and not _is_open(scope["path"]):
            caller = await run_in_threadpool(_identify, scope["app"].state.service, scope)
            scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send)


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(OPEN_PREFIX)


def _identify(service: ServiceState, scope: Scope) -> Caller:
    headers = Headers(scope=scope)
    header, token = headers.get("authorization"), session_token(headers)
    if header is None and token is not None:
        check_origin(scope)
        return _of_session(service, token)
    return _of_key(service, header or "")


def _of_key(service: ServiceState, header: str) -> Caller:
    scheme, _, key = header.partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise _unauthorized("Send a key as `Authorization: Bearer tsl_...`.", "missing_api_key")
    with service.database.transaction() as session:
        row = authenticate(session, service.settings.operator_keys, key.strip())
        if row is None:
            raise _unauthorized("The key is unknown, revoked or expired.", "invalid_api_key")
        return _caller(row)


def _of_session(service: ServiceState, token: str) -> Caller:
    with service.database.transaction() as session:
        row = key_of_session(session, service.settings.operator_keys, token)
        if row is None:
            raise _unauthorized("The session has ended; sign in again.", "session_ended")
        return _caller(row)


def _caller(row: ApiKey) -> Caller:
    return Caller(row.project_id, row.id, frozenset(row.scopes))


def _unauthorized(message: str, code: str) -> ApiError:
    return ApiError(401, message, code=code, headers={"WWW-Authenticate": "Bearer"})


def _with_scope(scope: KeyScope) -> Callable[..., Caller]:
    def caller(
        request: Request,
        documented: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> Caller:
        """Return who asks. Raises a 403. The scheme is asked for only to document it."""
        known: Caller = request.state.caller
        if scope not in known.scopes:
            raise ApiError(403, f"This key lacks the scope '{scope}'.", code="missing_scope")
        request.state.writes = scope != "read" and request.method in WRITES
        return known

    return caller


ReaderDep = Annotated[Caller, Depends(_with_scope("read"))]
WriterDep = Annotated[Caller, Depends(_with_scope("write"))]
AdminDep = Annotated[Caller, Depends(_with_scope("admin"))]
