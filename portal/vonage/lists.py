"""Lists that come in pages: one page read tolerantly, and a walk that knows whether it has seen everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from portal.vonage.values import integer, record

PAGES_MOST: Final = 5000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. `well_formed` is false if it does not say plainly what is on it."""

    items: tuple[T, ...] = ()
    page: int | None = None
    page_size: int | None = None
    total_pages: int | None = None
    total_items: int | None = None
    well_formed: bool = False
    raw: Any = field(default=None, compare=False, repr=False)

    @classmethod
    def from_json(cls, value: object, things: str, read: Callable[[object], T]) -> Page[T]:
        source = record(value)
        listed = record(source.get("_embedded")).get(things)
        total = integer(source.get("total_items"))
        entries = listed if isinstance(listed, list) else []
        said_empty = listed is None and total == 0
        return cls(
            items=tuple(read(entry) for entry in entries if isinstance(entry, dict)),
            page=integer(source.get("page")),
            page_size=integer(source.get("page_size")),
            total_pages=integer(source.get("total_pages")),
            total_items=total,
            well_formed=said_empty
            or (isinstance(listed, list) and all(isinstance(e, dict) for e in entries)),
            raw=value,
        )


class Walk(Generic[T]):
    """A whole list, page by page, while it is iterated. Every thing comes once, however often it is listed.

    Pages are read until the unique ids reach the total or a page brings nothing new. `complete` is true
    only at the end, and only if every thing has an id and the ids match both the first total and the last. An error
    ends the iteration with `complete` still false: `read_page` raises one for a page that is not well formed.
    """

    def __init__(
        self,
        read_page: Callable[[int], Page[T]],
        identify: Callable[[T], str],
        before_page: Callable[[], None] | None = None,
    ) -> None:
        self._read_page = read_page
        self._identify = identify
        self._before_page = before_page
        self._ids: set[str] = set()
        self.pages = 0
        self.total_first: int | None = None
        self.total_last: int | None = None
        self.complete = False

    @property
    def unique_ids(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[T]:
        nameless = False
        for number in range(1, PAGES_MOST + 1):
            page = self._next_page(number)
            fresh = [thing for thing in page.items if self._is_new(thing)]
            nameless = nameless or any(not self._identify(thing) for thing in page.items)
            yield from fresh
            if not fresh or self._has_all():
                self.complete = not nameless and self.total_first == self.total_last == self.unique_ids
                return

    def _next_page(self, number: int) -> Page[T]:
        if self._before_page is not None:
            self._before_page()
        page = self._read_page(number)
        self.pages += 1
        self.total_last = page.total_items
        if number == 1:
            self.total_first = page.total_items
        return page

    def _is_new(self, thing: T) -> bool:
        identity = self._identify(thing)
        if not identity or identity in self._ids:
            return False
        self._ids.add(identity)
        return True

    def _has_all(self) -> bool:
        return self.total_last is not None and self.unique_ids >= self.total_last
