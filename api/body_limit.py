"""No body is read beyond its limit: bytes are counted as they stream in."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ApiError, error_response
from store.settings import Settings

UPLOAD_PATH = "/v1/files"
FORM_OVERHEAD = 64 * 1024
"""Bytes that a multipart form may add to the file inside it."""


class BodyLimit:
    """Refuses a body that says it is too long at once, any other where it gets too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        limit = _limit(scope["path"], scope["app"].state.services.settings)
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            return await error_response(_too_large(limit, declared))(scope, receive, send)
        total = 0

        async def receive_counted() -> Message:
            nonlocal total
            message = await receive()
            total += len(message.get("body", b""))
            if total > limit:
                raise _too_large(limit, f"at least {total}")
            return message

        return await self._app(scope, receive_counted, send)


def _limit(path: str, settings: Settings) -> int:
    if path == UPLOAD_PATH:
        return settings.max_file_bytes + FORM_OVERHEAD
    return settings.max_body_bytes


def _too_large(limit: int, value: str) -> ApiError:
    message = f"The body has {value} bytes; the limit is {limit}."
    return ApiError(413, "body_too_large", message, headers={"connection": "close"})
