"""The outermost layer: every request has an id, and every exception becomes an answer."""

import logging
import secrets
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ApiError, error_response, refusal_of
from api.metrics.requests import observe
from store.logs import logging_about

_HEADER = b"x-request-id"

log = logging.getLogger(__name__)


class Boundary:
    """Sends the request's id; logs a fault of ours with that id and tells nothing else of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, whatever happens inside."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = f"req_{secrets.token_hex(12)}"
        scope.setdefault("state", {})["request_id"] = request_id
        with logging_about(request=request_id):
            await self._answer(scope, receive, send, request_id)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        started, began = False, time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                observe(scope, message["status"], time.perf_counter() - began)
                message["headers"] = [*message["headers"], (_HEADER, request_id.encode())]
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception as error:
            answer = refusal_of(error) or _fault(request_id, scope)
            if started:
                raise
            await error_response(answer)(scope, receive, send_with_id)


def _fault(request_id: str, scope: Scope) -> ApiError:
    log.exception("request %s: %s %s failed", request_id, scope["method"], scope["path"])
    message = f"An unexpected error occurred; it is logged as {request_id}."
    return ApiError(500, message, code="internal")
