"""One request on its way through a handler."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from simulator import fields, problems
from simulator.problems import Invalid
from simulator.records import Brand, Campaign, LedgerRow
from simulator.store import Store

PAGE_SIZE, MAX_PAGE_SIZE = 10, 100


class Answer(NamedTuple):
    status: int
    body: Any = None


@dataclass
class Call:
    """`row` is None for reads. Handlers run one at a time, under the store's lock."""

    store: Store
    key: str
    data: bytes
    query: Mapping[str, str]
    row: LedgerRow | None = None

    def effect(self, **ids: str) -> None:
        """Note in the ledger that this request changed what the simulator holds."""
        if self.row is not None:
            self.row.effect = True
            self.row.ids = ids

    def sent(self, table: fields.Table, subject: str) -> dict[str, Any]:
        """The body, once every field of it is right on its own."""
        body = parse(self.data)
        found = fields.check(table, body)
        if found:
            raise problems.invalid_data(subject, found)
        return body

    def brand(self, brand_id: str) -> Brand:
        found = self.store.brands.get(brand_id)
        if found is None or found.key != self.key or self._hidden(found.created):
            raise problems.not_found(brand_id)
        return found

    def campaign(self, brand_id: str, campaign_id: str) -> Campaign:
        self.brand(brand_id)
        found = self.store.campaigns.get(campaign_id)
        if found is None or found.brand_id != brand_id or self._hidden(found.created):
            raise problems.not_found(campaign_id)
        return found

    def _hidden(self, created: float) -> bool:
        return self.row is None and not self.store.visible(created)

    def paging(self, subject: str) -> tuple[int, int]:
        """Page and size; a size over the most is cut down to it, as the answer's `page_size` then says."""
        found = [
            Invalid(name, f"Field '{name}' is not a known field")
            for name in self.query
            if name not in ("page", "page_size")
        ]
        values = {"page": 1, "page_size": PAGE_SIZE}
        for name in values.keys() & self.query.keys():
            text = self.query[name]
            if not (text.isascii() and text.isdecimal() and 0 < int(text) < 1_000_000):
                found.append(Invalid.not_valid(name))
            else:
                values[name] = int(text)
        if found:
            raise problems.invalid_data(subject, found)
        return values["page"], min(values["page_size"], MAX_PAGE_SIZE)


def parse(data: bytes) -> dict[str, Any]:
    try:
        body = json.loads(data)
    except (ValueError, RecursionError) as reason:
        said = f"{reason}" if data.strip() else "unexpected end of JSON input"
        raise problems.invalid_json(said) from reason
    if not isinstance(body, dict):
        raise problems.invalid_json("the request must be a JSON object")
    return body
