"""Public keys of applications: read, brought into one form, compared."""

from __future__ import annotations

import hashlib
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

BITS_LEAST: Final = 2048
_LONGEST: Final = 20_000


class UnusableKey(ValueError):
    """A text that is no public key for an application; `reason` is private, unreadable, not_rsa or short."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def canonical_pem(text: str) -> str:
    """The public key as PEM (SPKI), however it was wrapped. Raises UnusableKey.

    Applications sign with RS256, so it is an RSA key of at least 2048 bits.
    """
    if holds_private_key(text):
        raise UnusableKey("private")
    try:
        key = serialization.load_pem_public_key(text.strip()[:_LONGEST].encode())
    except (ValueError, UnsupportedAlgorithm):
        raise UnusableKey("unreadable") from None
    if not isinstance(key, RSAPublicKey):
        raise UnusableKey("not_rsa")
    if key.key_size < BITS_LEAST:
        raise UnusableKey("short")
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()


def holds_private_key(text: str) -> bool:
    """Whether somebody pasted the half that must not leave their computer."""
    return "PRIVATE KEY" in text.upper()


def fingerprint(pem: str) -> str:
    """SHA-256 of the key without its frame and white space: equal for every wrapping of the same PEM."""
    lines = (line.strip() for line in pem.splitlines())
    body = "".join(line for line in lines if not line.startswith("-----"))
    return hashlib.sha256("".join(body.split()).encode()).hexdigest() if body else ""
