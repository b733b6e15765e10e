"""The state of any 10DLC object as a chip."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.outbox.enums import OperationState
from portal.outbox.models import Operation
from portal.outbox.words import waits_for_parent
from portal.web.templatetags.portal_ui import badge, when, words
from tendlc.enums import (
    BrandState,
    CampaignState,
    CarrierState,
    NumberState,
    OwnedType,
    VettingState,
    voice_of,
)
from tendlc.forms.campaign.review import LABELS
from tendlc.forms.fields import readable_tax_number
from tendlc.models import Brand, Campaign, CampaignCarrier, NumberLink, Vetting
from tendlc.queries import VettingCatalogue, vetting_catalogue
from tendlc.rules import codes_in

register = template.Library()
STATES: Final[dict[type, Any]] = {
    Brand: BrandState,
    Vetting: VettingState,
    Campaign: CampaignState,
    CampaignCarrier: CarrierState,
    NumberLink: NumberState,
}


register.simple_tag(readable_tax_number, name="tax_number")


@register.simple_tag
def state_badge(row: Any) -> SafeString:
    """Our word for where it stands; a word of Vonage's that we do not know is shown beside it as it came."""
    state = STATES[type(row)](row.state)
    if getattr(row, "is_taken_back", False):  # noted by tendlc.views.shown
        chip = badge(_("taken back"), "secondary")
    else:
        chip = badge(state.label, state.badge)
    if state.value == "unknown" and row.remote_status:
        chip = format_html("{} <code>{}</code>", chip, row.remote_status)
    if getattr(row, "gone_at", None):
        chip = format_html("{} {}", chip, badge(_("No longer at Vonage"), "orange"))
    return chip


@register.simple_tag(takes_context=True)
def vetting_names(context: Context) -> VettingCatalogue:
    """`{% vetting_names as names %}`: providers and classes by the codes vettings carry; two queries."""
    return vetting_catalogue(context["request"].scope)


@register.simple_tag
def expected(by: datetime) -> SafeString:
    """When it should be done at the latest; once that is over, that it takes longer than usual."""
    if by < timezone.now():
        return format_html(_("It takes longer than usual: it was expected {}."), when(by))
    return format_html(_("At the latest {}."), when(by))


# Until somebody approves, or the machine or a person finds out, nothing is on its way.
HELD: Final = (OperationState.AWAITING_APPROVAL, OperationState.UNKNOWN, OperationState.REVIEW)


@register.filter
def is_held(operation: Operation | None) -> bool:
    """Whether an open operation does not simply go out: then only its own standing is true."""
    if operation is None or operation.state != OperationState.READY:
        return operation is not None and operation.state in HELD
    key = operation.api_key
    return bool(operation.waiting_for or key.refused_at or not key.is_active or waits_for_parent(operation))


register.filter("known_codes", codes_in)
register.filter("voice", voice_of)


@register.filter
def number_kind(word: str) -> str:
    """What kind of number it is; a word we do not know is shown as it came."""
    return str(OwnedType(word).label) if word in OwnedType.values else word


@register.filter
def named(found: Mapping[str, Any], name: str) -> Any:
    """One entry of a mapping, None where it has none."""
    return found.get(name)


@register.filter
def explained_fields(fields: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The named fields of which something was said."""
    return [one for one in fields if one.get("description")]


@register.filter
def bare_fields(fields: Iterable[Mapping[str, Any]]) -> str:
    """The fields that were only named, in one line."""
    return ", ".join(words(one.get("field", "")) for one in fields if not one.get("description"))


@register.simple_tag
def field_label(name: str) -> str:
    """A field of a campaign as forms call it; one they do not know by its own name."""
    return str(LABELS.get(name, words(name)))


@register.inclusion_tag("tendlc/_said.html", takes_context=True)
def said_of(context: Mapping[str, Any], name: str, *, oob: bool = False) -> dict[str, Any]:
    """What the rules say of one field; the place is there without a word, so that it can be filled while typing."""
    return {"name": name, "found": (context.get("said") or {}).get(name, ()), "oob": oob}


@register.inclusion_tag("tendlc/_moved.html", takes_context=True)
def moved_of(context: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What changed at Vonage in one field since an unfinished edit was begun."""
    return {"name": name, "moved": (context.get("moved") or {}).get(name)}


@register.inclusion_tag("tendlc/_raw.html", takes_context=True)
def raw_payload(context: Context, row: Any) -> dict[str, Any]:
    """What Vonage sent last, as it came; for support alone."""
    may_see = bool(row.raw) and context["request"].user.is_staff
    return {"raw": json.dumps(row.raw, indent=2, ensure_ascii=False) if may_see else ""}
