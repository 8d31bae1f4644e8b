"""Counts a body as it streams in and refuses it once it is over the limit."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from store.settings import Settings

UPLOAD_PATH = "/v1/files"
MULTIPART_OVERHEAD = 64 << 10


class BodyLimit:
    """Bounds uploads by `max_file_bytes` and every other body by `max_body_bytes`."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a counting `receive`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope)
        received = 0

        async def count() -> Message:
            nonlocal received
            _check(_announced(scope), limit)
            message = await receive()
            received += len(message.get("body", b""))
            _check(received, limit)
            return message

        await self._app(scope, count, send)

    def _limit(self, scope: Scope) -> int:
        if scope["path"] == UPLOAD_PATH:
            return self._settings.max_file_bytes + MULTIPART_OVERHEAD
        return self._settings.max_body_bytes


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isdigit() else 0


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise HTTPException(413, f"The body has {size} bytes or more, over the limit of {limit}.")
