"""Sends what lies in artifact storage, so that a browser runs nothing of it."""

from collections.abc import Iterator
from urllib.parse import quote

from fastapi.responses import HTMLResponse, Response, StreamingResponse

MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png", "json": "application/json"}
"""Of figures, by their format."""

_INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}


def send(chunks: Iterator[bytes], media_type: str) -> StreamingResponse:
    """Stream an artifact to be shown."""
    return StreamingResponse(chunks, media_type=media_type, headers=_INERT)


def send_bytes(data: bytes, media_type: str) -> Response:
    """Send what was made for this answer."""
    return Response(data, media_type=media_type, headers=_INERT)


def send_page(html: str) -> HTMLResponse:
    """Send a page of our own making: its styles stand in it, and nothing else is allowed."""
    return HTMLResponse(html, headers=_INERT)


def send_download(chunks: Iterator[bytes], filename: str, size: int) -> StreamingResponse:
    """Stream an artifact to be saved as `filename`."""
    # Percent-encoded whole, so that no character of a name ends the value or the header.
    disposition = f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
    headers = {**_INERT, "Content-Disposition": disposition, "Content-Length": str(size)}
    return StreamingResponse(chunks, media_type="application/octet-stream", headers=headers)
