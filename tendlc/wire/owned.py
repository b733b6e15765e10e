"""The Numbers API's list of the numbers a key owns: another API with a spelling of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

from portal.vonage.lists import Page
from portal.vonage.values import digits, integer, record, text, texts


@dataclass(frozen=True, slots=True)
class OwnedNumber:
    msisdn: str = ""
    country: str = ""
    type: str = ""
    features: tuple[str, ...] = ()
    app_id: str = ""
    raw: Any = field(default=None, compare=False, repr=False)

    @classmethod
    def from_json(cls, value: object) -> Self:
        source = record(value)
        return cls(
            msisdn=digits(source.get("msisdn")),
            country=text(source.get("country")),
            type=text(source.get("type")),
            features=texts(source.get("features")),
            app_id=text(source.get("app_id")),
            raw=value,
        )


def owned_page(value: object, number: int) -> Page[OwnedNumber]:
    """A page of `{count, numbers}`; the very object `{}` says that there are none."""
    source = record(value)
    listed, total = source.get("numbers"), integer(source.get("count"))
    if value == {}:
        return Page(page=number, total_items=0, well_formed=True, raw=value)
    entries = listed if isinstance(listed, list) else []
    return Page(
        items=tuple(OwnedNumber.from_json(entry) for entry in entries if isinstance(entry, dict)),
        page=number,
        total_items=total,
        well_formed=isinstance(listed, list) and all(isinstance(entry, dict) for entry in entries),
        raw=value,
    )
