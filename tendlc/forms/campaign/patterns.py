"""Campaigns as patterns: what names a brand stands in braces, so that the texts fit any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from tendlc import wire
from tendlc.forms.campaign.values import LISTS, MADE, Values
from tendlc.models import Brand

# What belongs to one submission and not to its texts.
OWN: Final = frozenset({"again", "step", MADE, "account_id", "reseller_id"})


def brand_words(brand: Brand) -> dict[str, str]:
    """What each placeholder means for a brand, the longest first so that a name within a name is left alone."""
    facts = wire.Brand.from_json(brand.raw or brand.wished)
    website = brand.website or facts.website
    words = {
        "{company}": brand.company_name,
        "{brand}": brand.display_name,
        "{website}": website.rstrip("/"),
        "{site}": website.partition("://")[2].rstrip("/"),
        "{email}": facts.email,
        "{phone}": facts.phone,
    }
    known = {name: word for name, word in words.items() if word}
    return dict(sorted(known.items(), key=lambda pair: -len(pair[1])))


def as_pattern(values: Mapping[str, Any], brand: Brand) -> Values:
    """Values of a campaign with placeholders where they name its brand."""
    words = {word: name for name, word in brand_words(brand).items()}
    return _replaced({name: value for name, value in values.items() if name not in OWN}, words)


def filled(pattern: Mapping[str, Any], brand: Brand) -> Values:
    """A pattern with a brand's own names and links; a placeholder nobody can fill stays, and is seen."""
    return _replaced(pattern, brand_words(brand))


def _replaced(values: Mapping[str, Any], words: Mapping[str, str]) -> Values:
    def text(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        for old, new in words.items():
            value = value.replace(old, new)
        return value

    return {name: value if name in LISTS else text(value) for name, value in values.items()}


class TemplateForm(forms.Form):
    """What a template is called, and found by."""

    name = forms.CharField(label=_("Name of the template"), max_length=100)


@dataclass(frozen=True)
class Starter:
    """A template that comes with the portal."""

    key: str
    name: Any
    values: Mapping[str, Any]


_ALWAYS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(
        ("embedded_phone", "number_pool", "age_gated", "direct_lending", "affiliate_marketing"), "false"
    ),
    **dict.fromkeys(("subscriber_opt_in", "subscriber_opt_out", "subscriber_help", "auto_renewal"), "true"),
    "flow_methods": ["web_form"],
    "flow_web_form_details": "a form on {website} with an unticked box beside the telephone number",
    "flow_web_form_link": "{website}",
    "flow_program": "{brand}",
    "flow_says_rates": "on",
    "flow_says_help": "on",
    "flow_says_stop": "on",
    "help_message": "{brand}: for help write to {email} or see {website}. Reply STOP to opt out.",
}
_STARTERS: Final = (
    Starter(
        "orders",
        _("Order and delivery news"),
        {
            **_ALWAYS,
            "use_case": "DELIVERY_NOTIFICATION",
            "embedded_link": "true",
            "description": "{brand} tells customers who ordered at {website} and agreed to text messages when "
            "their order is confirmed, sent and delivered.",
            "flow_message_types": "news of their orders and deliveries",
            "flow_frequency": "a few messages per order",
            "sample_one": "{brand}: your order [number] is on its way: {website}/orders. Reply STOP to opt out.",
            "sample_two": "{brand}: your order [number] was delivered on [day]. Reply HELP for help.",
        },
    ),
    Starter(
        "codes",
        _("One-time codes"),
        {
            **_ALWAYS,
            "use_case": "2FA",
            "embedded_link": "false",
            "description": "{brand} sends a one-time code to customers who sign in at {website} and asked to be "
            "sent it by text message.",
            "flow_message_types": "one-time codes for signing in",
            "flow_frequency": "one message per sign-in",
            "sample_one": "{brand}: your code is [code]. It is valid for 10 minutes. Reply STOP to opt out.",
            "sample_two": "{brand}: [code] confirms your new telephone number. Never tell it to anybody.",
        },
    ),
    Starter(
        "appointments",
        _("Reminders of appointments"),
        {
            **_ALWAYS,
            "use_case": "CUSTOMER_CARE",
            "embedded_link": "false",
            "description": "{brand} reminds customers who made an appointment and agreed to text messages of its "
            "day and time, and tells them when it moves.",
            "flow_message_types": "reminders of their appointments",
            "flow_frequency": "up to 4 messages a month",
            "sample_one": "{brand}: your appointment is on [day] at [time]. Reply STOP to opt out.",
            "sample_two": "{brand}: your appointment moved to [day], [time]. Reply HELP for help.",
        },
    ),
    Starter(
        "offers",
        _("Offers"),
        {
            **_ALWAYS,
            "use_case": "MARKETING",
            "embedded_link": "true",
            "description": "{brand} sends offers to customers who signed up for them at {website} and gave their "
            "written consent to marketing by text message.",
            "flow_message_types": "offers and promotions",
            "flow_frequency": "up to 4 messages a month",
            "sample_one": "{brand}: 20% off everything until [day]: {website}/offers. Reply STOP to opt out.",
            "sample_two": "{brand}: new in our shop this week: [item]. See {website}. Reply STOP to opt out.",
        },
    ),
)
STARTERS: Final[Mapping[str, Starter]] = {starter.key: starter for starter in _STARTERS}
