"""What Vonage has on record of a campaign beside what was asked for; a difference is shown, never hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.web.templatetags.portal_ui import words
from tendlc import wire
from tendlc.forms.campaign import SAMPLES, STEP_OF
from tendlc.forms.campaign.review import LABELS, LONG, shown
from tendlc.labels import split_label
from tendlc.models import Campaign

WIRE_NAMES = {"use_case": "usecase", "sub_use_cases": "sub_usecases"}


@dataclass(frozen=True, slots=True)
class FactRow:
    """One field; `wished` is filled only where it differs from what is registered."""

    name: str
    label: Any
    registered: str
    wished: str = ""
    differs: bool = False
    fixed: bool = False
    long: bool = False


def fact_rows(row: Campaign) -> list[FactRow]:
    """Every field but the samples. Before anything is registered, what was asked for stands in its place."""
    names = [name for name in (*STEP_OF, "reseller_id") if name not in SAMPLES]
    facts = {name: fact for name in names if (fact := _fact(row, name)) is not None}
    return [one for name, fact in facts.items() for one in (fact, *_beside(row, name))]


def _beside(row: Campaign, name: str) -> list[FactRow]:
    """The details of the message flow, which newer answers state beside it and nobody asks for."""
    details = wire.Campaign.from_json(row.raw).message_flow_details if name == "message_flow" else None
    if not details:
        return []
    text = "\n".join(f"{words(key)}: {_plainly(value)}" for key, value in sorted(details.items()))
    return [FactRow("message_flow_details", _("Message flow, in detail"), text, fixed=True, long=True)]


def _plainly(value: Any) -> str:
    """Whatever it is, as a text: nobody documents what stands there, and PostgreSQL keeps no order of keys."""
    if isinstance(value, list):
        return ", ".join(map(_plainly, value))
    if isinstance(value, dict):
        return "; ".join(f"{words(key)}: {_plainly(one)}" for key, one in sorted(value.items()))
    return shown("", value)


def samples_of(row: Campaign) -> list[FactRow]:
    return [fact for name in SAMPLES if (fact := _fact(row, name)) is not None]


def _fact(row: Campaign, name: str) -> FactRow | None:
    facts = wire.Campaign.from_json(row.raw)
    wished = _wished(row, name)
    fact = getattr(facts, WIRE_NAMES.get(name, name)) if row.raw else wished
    if name == "label" and row.raw:
        fact = split_label(facts.label)[0]
    if _is_empty(fact) and _is_empty(wished):
        return None
    differs = not _is_empty(wished) and _normal(fact) != _normal(wished)
    return FactRow(
        name,
        LABELS[name],
        shown(name, fact),
        wished=shown(name, wished) if differs else "",
        differs=differs,
        fixed=WIRE_NAMES.get(name, name) not in wire.CAMPAIGN_PATCH_FIELDS,
        long=name in LONG,
    )


def _wished(row: Campaign, name: str) -> Any:
    wished: Mapping[str, Any] = row.wished
    return row.api_key.reseller_id if name == "reseller_id" and wished else wished.get(name)


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], ())


def _normal(value: Any) -> Any:
    """White space and order do not make a difference."""
    if isinstance(value, list | tuple):
        return sorted(map(str, value))
    return " ".join(value.split()) if isinstance(value, str) else value
