"""On what terms a brand may run a use case, read from the last answer to the check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from portal.records.money import Fee, FeeSource, from_units
from tendlc import wire
from tendlc.enums import carrier_label
from tendlc.models import Qualification
from tendlc.rules import Demands


def carrier_name(record: wire.MnoMetadata) -> str:
    return carrier_label(record.mno) or record.network_id


@dataclass(frozen=True)
class Terms:
    """The newest answer for one use case, or none: `row` is None when nobody has asked."""

    use_case: str
    row: Qualification | None = None

    @cached_property
    def carriers(self) -> tuple[tuple[str, wire.MnoMetadata], ...]:
        """Each carrier by the name people know it under."""
        if self.row is None:
            return ()
        answer = wire.Qualification.from_json(self.row.raw)
        return tuple((carrier_name(record), record) for record in answer.mno_metadata)

    @property
    def denied(self) -> bool:
        return self.row is not None and self.row.qualified is False

    @property
    def min_samples(self) -> int:
        """The most that any carrier asks for; 0 while nobody said."""
        return max((record.min_msg_samples or 0 for _, record in self.carriers), default=0)

    @property
    def quarterly(self) -> Fee:
        return from_units(self.row.quarterly_fee if self.row else None, FeeSource.QUALIFICATION)

    @property
    def annual(self) -> Fee:
        return from_units(self.row.annual_fee if self.row else None, FeeSource.QUALIFICATION)

    def naming(self, test: Callable[[wire.MnoMetadata], bool | None]) -> tuple[str, ...]:
        """The carriers of which something is plainly true."""
        return tuple(name for name, record in self.carriers if test(record))

    @property
    def requiring(self) -> dict[str, tuple[str, ...]]:
        """Which carriers demand a yes, by yes/no field."""
        return {
            "subscriber_opt_in": self.naming(lambda one: one.req_subscriber_opt_in),
            "subscriber_opt_out": self.naming(lambda one: one.req_subscriber_opt_out),
            "subscriber_help": self.naming(lambda one: one.req_subscriber_help),
        }

    @property
    def banning(self) -> dict[str, tuple[str, ...]]:
        """Which carriers demand a no, by yes/no field."""
        return {
            "embedded_link": self.naming(lambda one: one.no_embedded_link),
            "embedded_phone": self.naming(lambda one: one.no_embedded_phone),
        }

    @property
    def unsupported(self) -> tuple[str, ...]:
        """The carriers that plainly do not take it."""
        return self.naming(lambda one: one.mno_support is False or one.qualify is False)

    @property
    def demands(self) -> Demands:
        """The answer as rules read it."""
        return Demands(
            asked=self.row is not None,
            denied=self.denied,
            min_samples=self.min_samples,
            requiring=self.requiring,
            banning=self.banning,
            unsupported=self.unsupported,
        )
