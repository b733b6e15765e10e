"""What to do about each category of brand feedback, and which fields of the form it concerns.

The Campaign Registry's five categories; Vonage passes them on and does not list them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Remedy(NamedTuple):
    """What to do, the fields to look at when the category names none, and what people call the category."""

    text: StrPromise | str
    fields: tuple[str, ...] = ()
    label: StrPromise | str = ""


REMEDIES: Final[Mapping[str, Remedy]] = {
    "TAX_ID": Remedy(
        _(
            "Compare legal name and tax number, letter by letter, with the tax office's letter (US: CP 575 or 147C), "
            "correct them, then revet the brand. If both are right, request external vetting."
        ),
        ("ein", "company_name", "ein_issuing_country"),
        _("Tax number"),
    ),
    "STOCK_SYMBOL": Remedy(
        _(
            "Check symbol and exchange; a company that is not listed itself is a private company. "
            "Correct it, then revet the brand."
        ),
        ("stock_symbol", "stock_exchange", "entity_type"),
        _("Stock symbol"),
    ),
    "GOVERNMENT_ENTITY": Remedy(
        _(
            "Only listed US government bodies count as one. Choose the legal form that fits, then revet the brand."
        ),
        ("entity_type", "company_name"),
        _("Government body"),
    ),
    "NONPROFIT": Remedy(
        _(
            "Only organisations with a 501(c) exemption count as non-profit. Without one register as a private "
            "company; with one check the tax number. Then revet the brand."
        ),
        ("entity_type", "ein"),
        _("Non-profit organisation"),
    ),
    "OTHERS": Remedy(
        _("Check every field below against the official records, then revet the brand or request vetting."),
        label=_("Something else"),
    ),
}
UNKNOWN_REMEDY: Final = Remedy(
    _("The portal does not know this category. Read its description, correct what it names, or ask support.")
)


def remedy_of(category: str) -> Remedy:
    """The remedy of a category in any writing."""
    return REMEDIES.get(category.strip().upper().replace(" ", "_").replace("-", "_"), UNKNOWN_REMEDY)


def concerned_fields(categories: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """For each field of a brand what was said about it, by all categories together."""
    said: dict[str, list[str]] = {}
    for category in categories:
        name, text = str(category.get("name", "")), str(category.get("description", ""))
        for one in category.get("fields") or remedy_of(name).fields:
            said.setdefault(str(one), []).append(text or name)
    return said
