"""Into how many SMS a text is cut: 160 or 153 signs each in the GSM alphabet, 70 or 67 in Unicode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True)
class Segments:
    """`odd` are the signs that force Unicode, in the order in which they come."""

    count: int
    odd: str = ""


def segments(text: str) -> Segments:
    """The carriers' count; static/js/segments.js counts alike."""
    odd = "".join(dict.fromkeys(sign for sign in text if sign not in _BASIC | _EXTENDED))
    if odd:
        return Segments(_parts(len(text.encode("utf-16-le")) // 2, 70, 67), odd)
    return Segments(_parts(len(text) + sum(sign in _EXTENDED for sign in text), 160, 153))


def _parts(units: int, alone: int, chained: int) -> int:
    return (1 if units else 0) if units <= alone else -(-units // chained)
