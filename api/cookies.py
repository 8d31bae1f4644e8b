"""The cookie that signs a browser in, and what a request that shows it must show besides.

The cookie alone must never be enough to change something: another site can make a browser send a
request, but cannot make it claim our origin.
"""

from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Response
from starlette.datastructures import Headers
from starlette.types import Scope

from api.errors import ApiError

COOKIE = "tsloss_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def session_token(headers: Headers) -> str | None:
    """Return the token in a request's cookie, or None."""
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return cookie.value if cookie is not None and cookie.value else None


def check_origin(scope: Scope) -> None:
    """Refuse a request by cookie that would change something and comes from another site.

    Compares the host alone: a proxy that ends TLS passes the host on and hides the scheme. Raises a
    403.
    """
    if scope["method"] in SAFE_METHODS:
        return
    headers = Headers(scope=scope)
    origin = urlsplit(headers.get("origin", "")).netloc
    if not origin or origin != headers.get("host"):
        message = "A request by cookie that changes something must come from the service's origin."
        raise ApiError(403, message, code="foreign_origin")


def set_cookie(response: Response, scope: Scope, token: str, seconds: int) -> None:
    """Sign the browser in. Without `Secure` only over plain HTTP to this machine itself."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=seconds,
        path="/",
        secure=not _is_plain_loopback(scope),
        httponly=True,
        samesite="strict",
    )


def _is_plain_loopback(scope: Scope) -> bool:
    host = urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname or ""
    return scope["scheme"] == "http" and _is_loopback(host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
