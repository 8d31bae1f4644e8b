"""Idempotency-Key: a POST that is sent again gets the first one's answer and changes nothing.

Works on the bytes of any POST, uploads too. Answers that tell a secret are not kept; a repeated
request for one is refused.
"""

import hashlib
import re
from dataclasses import dataclass, field
from uuid import UUID

from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ApiError, error_response
from store.database import Database
from store.idempotency import (
    InFlightError,
    OtherRequestError,
    RequestKey,
    StoredAnswer,
    claim,
    let_go,
    store_answer,
)

SECRET_PATHS = frozenset({"/v1/keys", "/v1/webhooks", "/v1/session"})

_KEY = re.compile(r"[!-~]{1,255}")


@dataclass(frozen=True)
class ClaimedKey:
    """The claim under which a request may write."""

    request: RequestKey
    token: UUID


@dataclass
class Exchange:
    """What goes through while a request is carried out."""

    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    status: int = 0
    body: bytearray = field(default_factory=bytearray)

    def answer(self, secret: bool) -> StoredAnswer:
        """Return what is kept of it; of a secret, that it was told."""
        if secret:
            return StoredAnswer(409, _told_already(), self.digest.digest())
        return StoredAnswer(self.status, bytes(self.body), self.digest.digest())


class Idempotency:
    """Claims the key before the request, keeps the answer after it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry the request out, or answer it again."""
        key = _key_of(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        database: Database = scope["app"].state.service.database
        request = RequestKey(scope["state"]["caller"].project_id, key, f"POST {scope['path']}")
        claimed = await run_in_threadpool(_claim, database, request)
        if isinstance(claimed, StoredAnswer):
            await _replay(claimed, receive, send)
            return
        scope["state"]["claimed"] = ClaimedKey(request, claimed)
        await self._carry_out(scope, receive, send, database, ClaimedKey(request, claimed))

    async def _carry_out(
        self, scope: Scope, receive: Receive, send: Send, database: Database, claimed: ClaimedKey
    ) -> None:
        exchange = Exchange()

        async def hashing() -> Message:
            message = await receive()
            exchange.digest.update(message.get("body", b""))
            return message

        async def keeping(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
            exchange.body += message.get("body", b"")
            if message["type"] == "http.response.body" and not message.get("more_body"):
                secret = scope["path"] in SECRET_PATHS
                await run_in_threadpool(_finish, database, claimed, exchange, secret)
            await send(message)

        try:
            await self._app(scope, hashing, keeping)
        except Exception:
            await run_in_threadpool(_finish, database, claimed, exchange, False)
            raise


def _key_of(scope: Scope) -> str | None:
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    key = Headers(scope=scope).get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        message = "Idempotency-Key: 1 to 255 visible ASCII characters are wanted."
        raise ApiError(422, message, param="Idempotency-Key", code="invalid_idempotency_key")
    return key


def _claim(database: Database, request: RequestKey) -> UUID | StoredAnswer:
    try:
        with database.transaction() as session:
            return claim(session, request)
    except OtherRequestError as error:
        message = f"Idempotency-Key: {error}"
        raise ApiError(
            422, message, param="Idempotency-Key", code="idempotency_key_reused"
        ) from None
    except InFlightError as error:
        headers = {"Retry-After": "1"}
        raise ApiError(409, str(error), code="request_in_flight", headers=headers) from None


def _finish(database: Database, claimed: ClaimedKey, exchange: Exchange, secret: bool) -> None:
    """Keep a success; forget a refusal, which may be sent again as it is or corrected.

    A success is kept whatever its size. The largest is an experiment's, some 8 MB if each of its
    128 arms starts from a text of 10,000 characters; the experiment's own row holds as much.
    """
    with database.transaction() as session:
        if 200 <= exchange.status < 300:
            store_answer(session, claimed.request, claimed.token, exchange.answer(secret))
        else:
            let_go(session, claimed.request, claimed.token)


async def _replay(answer: StoredAnswer, receive: Receive, send: Send) -> None:
    digest = hashlib.sha256()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        digest.update(message.get("body", b""))
        more = message.get("more_body", False)
    if digest.digest() != answer.body_digest:
        message_text = "Idempotency-Key: the key was used with another body."
        raise ApiError(422, message_text, param="Idempotency-Key", code="idempotency_key_reused")
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(answer.body)).encode()),
        (b"idempotent-replayed", b"true"),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def _told_already() -> bytes:
    error = ApiError(
        409,
        "This request was carried out; its secret was told then and is not told again.",
        code="secret_told_already",
    )
    return bytes(error_response(error).body)
