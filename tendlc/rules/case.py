"""What rules look at: plain values, without a form, a row or a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from tendlc.message_flow import Flow, read_flow

SAMPLES: Final = ("sample_one", "sample_two", "sample_three", "sample_four", "sample_five")


@dataclass(frozen=True)
class Demands:
    """What the last use case check said; nothing of it is known while nobody has asked."""

    asked: bool = False
    denied: bool = False
    min_samples: int = 0
    requiring: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    banning: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unsupported: tuple[str, ...] = ()


@dataclass(frozen=True)
class CampaignCase:
    """A campaign as it is written so far. A field that is not in `values` is not answered yet and breaks no rule.

    `registered` is what Vonage holds of a campaign that is edited, None for a new one.
    """

    values: Mapping[str, Any]
    demands: Demands = Demands()
    brand_names: tuple[str, ...] = ()
    registered: Mapping[str, Any] | None = None

    def text(self, name: str) -> str:
        return str(self.values.get(name) or "").strip()

    @property
    def use_case(self) -> str:
        return self.text("use_case")

    @cached_property
    def samples(self) -> dict[str, str]:
        """The samples that are written, by field."""
        return {name: text for name in SAMPLES if (text := self.text(name))}

    @cached_property
    def flow(self) -> Flow:
        return read_flow(self.values.get("flow") or {})

    def answered(self, name: str) -> bool:
        return name in self.values

    def prose(self, *names: str) -> dict[str, str]:
        """Texts that reviewers read, by field: those named and the samples."""
        return {name: text for name in names if (text := self.text(name))} | self.samples


@dataclass(frozen=True)
class BrandCase:
    """A brand's cleaned values, and beside them what cleaning made unrecognisable."""

    values: Mapping[str, Any]
    typed: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return str(self.values.get(name) or "")
