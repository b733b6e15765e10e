"""Whether two spellings of a value mean the same: what a person wished for and what came back are compared so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from portal.vonage.values import digits


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _address(text: str) -> str:
    return _plain(text).removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def _number(text: str) -> str:
    return digits(text) or _plain(text)


_NORMAL: Final[Mapping[str, Callable[[str], str]]] = {"phone": _number, "ein": _number, "website": _address}


def same(name: str, one: str, other: str) -> bool:
    """Whether two values of a field mean the same, however they are written."""
    normal = _NORMAL.get(name, _plain)
    return normal(one) == normal(other)
