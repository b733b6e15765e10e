"""Whether two spellings of a value mean the same: what a person wished for and what came back are compared so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from portal.vonage.values import digits


def tax_number(text: str) -> str:
    """What tells one tax number from another: its letters, as capitals, and its digits."""
    return "".join(filter(str.isalnum, text)).upper()


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _as_typed(text: str) -> str:
    return " ".join(text.split())


def _address(text: str) -> str:
    return _plain(text).removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def _number(text: str) -> str:
    return digits(text) or _plain(text)


def _url(text: str) -> str:
    """What a browser would ask for: capitals in scheme and host, and a last stroke, mean nothing."""
    scheme, mark, rest = text.strip().partition("://")
    host, stroke, path = rest.partition("/")
    return f"{scheme.lower()}{mark}{host.lower()}{stroke}{path}".rstrip("/")


_NORMAL: Final[Mapping[str, Callable[[str], str]]] = {
    "phone": _number,
    "ein": tax_number,
    "website": _address,
}
_EXACT: Final[Mapping[str, Callable[[str], str]]] = {**_NORMAL, "website": _url}


def same(name: str, one: str, other: str) -> bool:
    """Whether two values of a field mean the same, however they are written."""
    normal = _NORMAL.get(name, _plain)
    return normal(one) == normal(other)


def same_letters(name: str, one: str, other: str) -> bool:
    """Whether nobody could have meant a correction: registries compare names letter by letter.

    Only what nothing reads, and the writing of telephone and tax numbers that we choose, is overlooked.
    """
    exact = _EXACT.get(name, _as_typed)
    return exact(one) == exact(other)
