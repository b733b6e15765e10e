"""What often goes wrong with a brand though the document allows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import phonenumbers
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.outbox.queries import doubtful_wish
from tendlc.forms.fields import Caution, host_of, looks_like_ssn
from tendlc.models import Brand, Campaign

FREE_MAIL: Final = frozenset(
    {
        *("gmail.com", "googlemail.com", "yahoo.com", "ymail.com", "outlook.com", "hotmail.com", "live.com"),
        *("msn.com", "aol.com", "icloud.com", "me.com", "proton.me", "protonmail.com", "gmx.com", "mail.com"),
        *("comcast.net", "verizon.net", "att.net"),
    }
)
SOCIAL: Final = frozenset(
    {"facebook.com", "instagram.com", "linkedin.com", "x.com", "twitter.com", "tiktok.com", "linktr.ee"}
)
# Characters; Vonage publishes none of these, The Campaign Registry and its resellers do.
LENGTHS: Final = {
    **dict.fromkeys(("display_name", "company_name", "street", "city", "email", "website"), 100),
    "state": 20,
    "postal_code": 10,
    "stock_symbol": 10,
}
_PO_BOX: Final = re.compile(r"\b(p\.?\s*o\.?\s*box|post\s+office\s+box|pmb|postfach)\b", re.IGNORECASE)
Values = Mapping[str, Any]


def taken_back_cautions(row: Brand | Campaign) -> Iterator[Caution]:
    """Submitting again what was taken back, while an earlier sending of it may have been done."""
    wish = doubtful_wish(row)
    if wish is not None:
        yield Caution(
            "taken_back",
            "",
            _(
                "An earlier submission (%(code)s) was taken back here, but Vonage may have done it: then this is "
                "registered and paid for already, and submitting it again makes a second one with a second fee. "
                "Look at Vonage first."
            )
            % {"code": wish.code},
            _("the record of what was sent"),
            reverse("outbox:operation", args=[row.account_id, wish.pk]),
        )


def brand_cautions(values: Values, typed: Mapping[str, str]) -> list[Caution]:
    """Everything worth a second look in cleaned values; `typed` are those that cleaning made unrecognisable."""
    return [caution for check in CHECKS for caution in check(values, typed)]


def _lengths(values: Values, typed: Mapping[str, str]) -> Iterator[Caution]:
    for name, most in LENGTHS.items():
        length = len(str(values.get(name, "")))
        if length > most:
            text = _("This is %(length)d characters long; many registries take at most %(most)d.")
            yield Caution(f"long_{name}", name, text % {"length": length, "most": most}, _registry())


def _mail(values: Values, typed: Mapping[str, str]) -> Iterator[Caution]:
    domain = str(values.get("email", "")).rpartition("@")[2]
    host = host_of(str(values.get("website", "")))
    if domain in FREE_MAIL:
        text = _(
            "%(domain)s is a free mail provider. Reviewers expect an address of the company's own domain."
        )
        yield Caution(
            "free_mail", "email", text % {"domain": domain}, _("Vonage's and AWS's brand guidelines")
        )
    elif domain and host and not _same_site(domain, host):
        text = _(
            "The e-mail address is at %(domain)s, the website at %(host)s. Reviewers expect the same domain."
        )
        yield Caution(
            "other_domain", "email", text % {"domain": domain, "host": host}, _("AWS's registration guide")
        )


def _same_site(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _site(values: Values, typed: Mapping[str, str]) -> Iterator[Caution]:
    address = str(values.get("website", ""))
    if address.startswith("http:"):
        text = _("The address begins with http. Reviewers expect https with a valid certificate.")
        yield Caution("plain_http", "website", text, _("Telnyx's and Bandwidth's review criteria"))
    if host_of(address) in SOCIAL:
        text = _("This is a page of a social network. Reviewers expect a website of the company's own.")
        yield Caution("social_page", "website", text, _("Bandwidth's review criteria"))


def _place(values: Values, typed: Mapping[str, str]) -> Iterator[Caution]:
    if _PO_BOX.search(str(values.get("street", ""))):
        text = _("This is a post office box. Registries compare with the street address in the tax records.")
        yield Caution("po_box", "street", text, _("Telnyx's and AWS's review criteria"))


def _tax(values: Values, typed: Mapping[str, str]) -> Iterator[Caution]:
    issuer = values.get("ein_issuing_country")
    if issuer == "US" and looks_like_ssn(typed.get("ein", "")):
        text = _("It is written like a person's social security number. A brand needs the company's EIN.")
        yield Caution("ssn", "ein", text, _("Twilio's and Vonage's brand guidelines"))
    if values.get("ein") and values.get("ein") == values.get("alt_business_id"):
        text = _("The tax number and the other business number are the same. A DUNS number is no tax number.")
        yield Caution("ein_is_duns", "ein", text, _("Vonage's brand guidelines"))
    if issuer and issuer != "US":
        text = _(
            "Only US companies are checked automatically. Expect “not verified” at first, then external vetting."
        )
        yield Caution(
            "not_american", "ein_issuing_country", text, _("Infobip's and Vonage's brand guidelines")
        )


def _phone(values: Values, typed: Mapping[str, str]) -> Iterator[Caution]:
    if not values.get("phone"):
        return
    number = phonenumbers.parse(f"+{values['phone']}")
    if not phonenumbers.is_valid_number(number):
        text = _("This number is not in its country's numbering plan. Look for a typing mistake.")
        yield Caution("phone_plan", "phone", text, _("Google's libphonenumber"))


def _listing(values: Values, typed: Mapping[str, str]) -> Iterator[Caution]:
    if values.get("stock_exchange") == "NONE":
        text = _("A listed company without an exchange is usually not verified. Is it a private company?")
        yield Caution("no_exchange", "stock_exchange", text, _("Sinch's list of brand feedback"))


def _registry() -> str:
    return _("The Campaign Registry's limits, as its resellers publish them")


CHECKS: Final[tuple[Callable[[Values, Mapping[str, str]], Iterator[Caution]], ...]] = (
    *(_tax, _place, _mail, _site, _phone, _listing, _lengths),
)
