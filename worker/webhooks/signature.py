"""Signatures of Standard Webhooks (standardwebhooks.com, version 1)."""

import base64
import hashlib
import hmac


def signed_headers(message_id: str, body: bytes, secret: bytes, now: int) -> dict[str, str]:
    """Return the three headers that prove a message; `now` is in unix seconds."""
    signed = f"{message_id}.{now}.".encode() + body
    digest = hmac.digest(secret, signed, hashlib.sha256)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }
