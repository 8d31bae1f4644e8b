"""No body is read beyond its limit: bytes are counted as they stream in."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ApiError
from store.settings import Settings

UPLOAD_PATH = "/v1/files"
FORM_OVERHEAD = 64 << 10
"""Bytes that a multipart form may add to the file inside it."""


class BodyLimit:
    """Refuses a body that announces too much at once, any other where it gets too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a counting `receive`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = _limit(scope["path"], scope["app"].state.service.settings)
        announced = Headers(scope=scope).get("content-length", "0")
        _check(int(announced) if announced.isdecimal() else 0, limit)
        received = 0

        async def count() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            _check(received, limit)
            return message

        await self._app(scope, count, send)


def _limit(path: str, settings: Settings) -> int:
    if path == UPLOAD_PATH:
        return settings.max_file_bytes + FORM_OVERHEAD
    return settings.max_body_bytes


def _check(size: int, limit: int) -> None:
    if size > limit:
        message = f"The body has {size} bytes or more; the limit is {limit}."
        raise ApiError(413, message, code="body_too_large", headers={"Connection": "close"})
