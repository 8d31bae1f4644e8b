"""Who asks, and whether they may."""

from collections.abc import Awaitable, Callable
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
from store.browser_sessions import key_of_session, note_session_use
from store.keys import Scope as KeyScope
from store.keys import ValidKey, find_key, note_use

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


    Only `OPEN_PATHS` and the dashboard's files need neither. The look-up ends here, so that no
    request waits for a thread while it holds a connection of the pool.
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


def still_admitted(service: ServiceState, scope: Scope) -> bool:
    """Whether the key, or the session, that a request shows is valid even now."""
    try:
        _identify(service, scope)
    except ApiError:
        return False
    return True


def _of_key(service: ServiceState, header: str) -> Caller:
    scheme, _, key = header.partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise _unauthorized("Send a key as `Authorization: Bearer tsl_...`.", "missing_api_key")
    key, secrets = key.strip(), service.settings.operator_keys
    with service.database.reading() as session:
        found = find_key(session, secrets, key)
    if found is None:
        raise _unauthorized("The key is unknown, revoked or expired.", "invalid_api_key")
    if found.note_is_due:
        with service.database.transaction() as session:
            note_use(session, secrets, found.id, key)
    return _caller(found)


def _of_session(service: ServiceState, token: str) -> Caller:
    with service.database.reading() as session:
        found = key_of_session(session, service.settings.operator_keys, token)
    if found is None:
        raise _unauthorized("The session has ended; sign in again.", "session_ended")
    if found.note_is_due:
        with service.database.transaction() as session:
            note_session_use(session, found.id)
    return _caller(found)


def _caller(key: ValidKey) -> Caller:
    return Caller(key.project_id, key.id, key.scopes)


def _unauthorized(message: str, code: str) -> ApiError:
    return ApiError(401, message, code=code, headers={"WWW-Authenticate": "Bearer"})


def _with_scope(scope: KeyScope) -> Callable[..., Awaitable[Caller]]:
    async def caller(
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
MetricsDep = Annotated[Caller, Depends(_with_scope("metrics"))]
AdminDep = Annotated[Caller, Depends(_with_scope("admin"))]
