"""Secrets that must be readable again, encrypted under the operator's key."""

import base64
import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


def seal(secret: bytes, keys: Sequence[str]) -> bytes:
    """Encrypt under the first of `keys`, the operator's present one."""
    return _fernet(keys).encrypt(secret)


def unseal(sealed: bytes, keys: Sequence[str]) -> bytes:
    """Decrypt what was sealed under any of `keys`. Raises cryptography's InvalidToken."""
    return _fernet(keys).decrypt(sealed)


def reseal(sealed: bytes, keys: Sequence[str]) -> bytes | None:
    """Encrypt under the first of `keys` what a later one sealed; None if the first did already.

    Raises cryptography's InvalidToken if none of them has sealed it.
    """
    try:
        _fernet(keys[:1]).decrypt(sealed)
    except InvalidToken:
        return _fernet(keys).rotate(sealed)
    return None


def _fernet(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """A key of its own for this purpose: API keys are hashed under the operator's key itself."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"tsloss seal\0" + key.encode()).digest())
