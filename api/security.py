"""Who asks, and whether they may. Nothing behind this layer is reached without a valid key."""

from dataclasses import dataclass

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPBearer
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import ApiError, error_response
from api.services import Services
from store.keys import Scope as KeyScope
from store.keys import authenticate

OPEN_PATHS = frozenset({"/livez", "/readyz"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

bearer = HTTPBearer(scheme_name="ApiKey", description="A key of a project.", auto_error=False)
"""Documents the scheme in the OpenAPI document; `Authentication` does the work."""


@dataclass(frozen=True)
class Caller:
    """The key that a request shows: its project and its scopes."""

    project_id: str
    scopes: frozenset[str]


class Authentication:
    """Asks every request but those of `OPEN_PATHS` for a key, before its body is read.

    Reading takes the scope `read`, everything else `write`. The transaction of the look-up ends
    here, so that no request waits for a thread while it holds a connection.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN_PATHS:
            return await self._app(scope, receive, send)
        header = Headers(scope=scope).get("authorization", "")
        services: Services = scope["app"].state.services
        try:
            caller = await run_in_threadpool(_identify, services, header)
            require(caller, "read" if scope["method"] in _READING else "write")
        except ApiError as error:
            return await error_response(error)(scope, receive, send)
        scope.setdefault("state", {})["caller"] = caller
        return await self._app(scope, receive, send)


def require(caller: Caller, scope: KeyScope) -> None:
    """Raise a 403 unless the caller's key has `scope`."""
    if scope not in caller.scopes:
        raise ApiError(403, "missing_scope", f"This key lacks the scope '{scope}'.")


def caller_of(request: Request) -> Caller:
    """Return who asks."""
    caller: Caller = request.state.caller
    return caller


def _identify(services: Services, header: str) -> Caller:
    scheme, _, key = header.partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise _unauthorized("Send a key as `Authorization: Bearer tsl_...`.", "missing_api_key")
    secret = services.settings.secret_key.get_secret_value()
    with services.database.transaction() as session:
        row = authenticate(session, secret, key.strip())
        if row is None:
            raise _unauthorized("The key is unknown, revoked or expired.", "invalid_api_key")
        return Caller(row.project_id, frozenset(row.scopes))


def _unauthorized(message: str, code: str) -> ApiError:
    return ApiError(401, code, message, headers={"www-authenticate": "Bearer"})
