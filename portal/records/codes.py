"""Short codes a person can read out: ten Crockford characters (no I, L, O, U)."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10


def make_code() -> str:
    """Fifty random bits; unique in practice, and by constraint where it is stored."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
