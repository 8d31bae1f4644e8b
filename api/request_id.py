"""The outermost layer: every request has an id, and no exception leaves without an answer."""

import logging
import secrets

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ApiError, error_response

HEADER = b"x-request-id"

log = logging.getLogger(__name__)


class RequestId:
    """Sends the id as `x-request-id`; an unexpected exception is logged with it and hidden."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request_id = f"req_{secrets.token_hex(12)}"
        started = False

        async def send_with_id(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message["headers"], (HEADER, request_id.encode())]
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception:
            log.exception("request %s: %s %s failed", request_id, scope["method"], scope["path"])
            if started:
                raise
            message = f"Something went wrong on our side; it is logged as {request_id}."
            response = error_response(ApiError(500, "internal", message))
            await response(scope, receive, send_with_id)
        return None
