"""Single values of an answer as they come: every function here answers something usable for any JSON at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

_WORDS = {"true": True, "false": False}


def boolean(value: object) -> bool | None:
    """True or false, also as `"true,"`; None for everything else, since a guess could be good news."""
    if isinstance(value, bool):
        return value
    return _WORDS.get(value.strip(" ,\t\r\n").casefold()) if isinstance(value, str) else None


def text(value: object) -> str:
    """A string as it came; a number as its digits; "" for everything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return decimal_text(value)
    return ""


def decimal_text(value: float) -> str:
    try:
        return str(value)
    except ValueError:  # Python prints no integer of thousands of digits
        return ""


def integer(value: object) -> int | None:
    """A whole number, also as a string; None for everything else, and for what no column could hold."""
    number = decimal(value)
    if number is None or number != number.to_integral_value() or abs(number) >= 2**31:
        return None
    return int(number)


def decimal(value: object) -> Decimal | None:
    """A finite number of sensible size, also as a string."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() and number.adjusted() < 18 else None


def moment(value: object) -> datetime | None:
    """A point in time; without a zone it is read as UTC, so it must decide nothing."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value.strip())
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def digits(value: object) -> str:
    """The ASCII digits of a telephone or tax number, however it is punctuated."""
    return "".join(sign for sign in text(value) if sign in "0123456789")


def record(value: object) -> Mapping[str, Any]:
    """The object that should be here; an empty one if it is anything else."""
    return value if isinstance(value, dict) else {}


def records(value: object) -> tuple[Mapping[str, Any], ...]:
    """The objects of a list; a single object counts as a list of one."""
    if isinstance(value, dict):
        return (value,)
    return tuple(item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def texts(value: object) -> tuple[str, ...]:
    """The non-empty strings of a list; a single string counts as a list of one."""
    items = value if isinstance(value, list) else [value]
    return tuple(read for read in map(text, items) if read)


def named_texts(value: object) -> tuple[str, ...]:
    """As `texts`, and for an object in the list the name that it gives."""
    items = value if isinstance(value, list) else [value]
    names = [first(item, "field", "name", "id") if isinstance(item, dict) else item for item in items]
    return texts(names)


def first(source: Mapping[str, Any], *names: str) -> Any:
    """The value under the first of these names that holds one: the provider spells some keys in two ways."""
    return next((source[name] for name in names if source.get(name) is not None), None)
