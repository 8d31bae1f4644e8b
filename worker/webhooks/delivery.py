"""Sends one message to one webhook."""

import asyncio
import ipaddress
import json
import time
from collections.abc import Sequence

import httpx
from anyio import to_thread
from cryptography.fernet import InvalidToken

from store.deliveries import Parcel
from store.seal import unseal
from worker.webhooks.addresses import AddressRefusedError, Network, Target, look_up
from worker.webhooks.signature import signed_headers

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
DEADLINE_SECONDS = 15.0
"""For the whole of a try: neither a silent name server nor a receiver that answers byte by byte may
keep all others waiting."""

Answer = tuple[int | None, str | None]
"""The receiver's status, or why there is none."""


def deliver(parcel: Parcel, operator_keys: Sequence[str], allowed: Sequence[Network]) -> Answer:
    """Send a message, signed anew. Redirects are not followed and the answer's body is not read."""
    try:
        secret = unseal(parcel.sealed_secret, operator_keys)
        status = _look_up_and_post(parcel, secret, allowed)
        return asyncio.run(asyncio.wait_for(status, DEADLINE_SECONDS)), None
    except (AddressRefusedError, UnicodeError) as error:
        return None, str(error)
    except InvalidToken:
        return None, "the signing secret was sealed under a key that this worker does not have"
    except TimeoutError:
        return None, f"no answer within {DEADLINE_SECONDS:g} s"
    except (OSError, httpx.HTTPError, httpx.InvalidURL) as error:
        return None, f"{type(error).__name__}: {error}"


def message_body(parcel: Parcel) -> bytes:
    """Return the message as JSON: what happened, when, and to which job."""
    message = {
        "id": parcel.delivery_id,
        "object": "event",
        "type": parcel.event,
        "created_at": int(parcel.created_at),
        "data": parcel.payload,
    }
    return json.dumps(message).encode()


async def _look_up_and_post(parcel: Parcel, secret: bytes, allowed: Sequence[Network]) -> int:
    target = await to_thread.run_sync(look_up, parcel.url, allowed, abandon_on_cancel=True)
    return await _post(target, message_body(parcel), parcel.delivery_id, secret)


async def _post(target: Target, body: bytes, message_id: str, secret: bytes) -> int:
    headers = {
        **signed_headers(message_id, body, secret, int(time.time())),
        "Content-Type": "application/json",
        "User-Agent": "tsloss-webhooks",
        "Host": target.url.netloc,
    }
    async with (
        httpx.AsyncClient(timeout=TIMEOUT, trust_env=False, follow_redirects=False) as client,
        client.stream(
            "POST", _connectable(target), content=body, headers=headers,
            extensions={"sni_hostname": target.host},
        ) as answer,
    ):  # fmt: skip
        return answer.status_code


def _connectable(target: Target) -> str:
    """The URL with the address that was checked in place of the name: no second look-up."""
    six = isinstance(target.address, ipaddress.IPv6Address)
    address = f"[{target.address}]" if six else str(target.address)
    return target.url._replace(netloc=f"{address}:{target.port}", fragment="").geturl()
