"""Rules about what a brand's form holds though the document allows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import phonenumbers
from django.utils.translation import gettext_lazy as _

from tendlc.rules import sources
from tendlc.rules.case import BrandCase
from tendlc.rules.rule import Hit, Rule, Severity
from tendlc.rules.texts import host_of

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
_SSN: Final = re.compile(r"\s*[0-9]{3}-[0-9]{2}-[0-9]{4}\s*")
Hits = Iterator[Hit]


def looks_like_ssn(text: str) -> bool:
    """Whether a US tax number was typed the way a person's social security number is written."""
    return _SSN.fullmatch(text) is not None


def _ssn(case: BrandCase) -> Hits:
    if case.text("ein_issuing_country") == "US" and looks_like_ssn(case.typed.get("ein", "")):
        yield Hit()


def _ein_is_duns(case: BrandCase) -> Hits:
    if case.text("ein") and case.text("ein") == case.text("alt_business_id"):
        yield Hit()


def _not_american(case: BrandCase) -> Hits:
    if case.text("ein_issuing_country") not in ("", "US"):
        yield Hit()


def _po_box(case: BrandCase) -> Hits:
    if _PO_BOX.search(case.text("street")):
        yield Hit()


def _free_mail(case: BrandCase) -> Hits:
    if (domain := _domain(case)) in FREE_MAIL:
        yield Hit(values={"domain": domain})


def _other_domain(case: BrandCase) -> Hits:
    domain, host = _domain(case), host_of(case.text("website"))
    if domain and host and domain not in FREE_MAIL and not _same_site(domain, host):
        yield Hit(values={"domain": domain, "host": host})


def _domain(case: BrandCase) -> str:
    return case.text("email").rpartition("@")[2]


def _same_site(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _plain_http(case: BrandCase) -> Hits:
    if case.text("website").startswith("http:"):
        yield Hit()


def _social_page(case: BrandCase) -> Hits:
    if host_of(case.text("website")) in SOCIAL:
        yield Hit()


def _phone_plan(case: BrandCase) -> Hits:
    digits = case.text("phone")
    if digits and not phonenumbers.is_valid_number(phonenumbers.parse(f"+{digits}")):
        yield Hit()


def _no_exchange(case: BrandCase) -> Hits:
    if case.text("stock_exchange") == "NONE":
        yield Hit()


def _long(case: BrandCase) -> Hits:
    for name, most in LENGTHS.items():
        if (length := len(case.text(name))) > most:
            yield Hit(name, {"length": length, "most": most})


W = Severity.WARN
RULES: Final[tuple[Rule[BrandCase], ...]] = (
    Rule(
        "ssn",
        ("ein",),
        W,
        _("It is written like a person's social security number."),
        _("A brand needs the company's EIN."),
        sources.TWILIO,
        _ssn,
    ),
    Rule(
        "ein_is_duns",
        ("ein",),
        W,
        _("The tax number and the other business number are the same."),
        _("A DUNS number is no tax number; copy the EIN from the tax office's letter."),
        sources.VONAGE_BRANDS,
        _ein_is_duns,
    ),
    Rule(
        "not_american",
        ("ein_issuing_country",),
        W,
        _("Only US companies are checked automatically."),
        _("Expect “not verified” at first, then external vetting."),
        sources.INFOBIP,
        _not_american,
    ),
    Rule(
        "po_box",
        ("street",),
        W,
        _("This is a post office box."),
        _("Registries compare with the street address in the tax records; enter that."),
        sources.AWS,
        _po_box,
    ),
    Rule(
        "free_mail",
        ("email",),
        W,
        _("%(domain)s is a free mail provider."),
        _("Reviewers expect an address of the company's own domain."),
        sources.AWS,
        _free_mail,
    ),
    Rule(
        "other_domain",
        ("email",),
        W,
        _("The e-mail address is at %(domain)s, the website at %(host)s."),
        _("Reviewers expect the same domain."),
        sources.AWS,
        _other_domain,
    ),
    Rule(
        "plain_http",
        ("website",),
        W,
        _("The address begins with http."),
        _("Reviewers expect https with a valid certificate."),
        sources.BANDWIDTH,
        _plain_http,
    ),
    Rule(
        "social_page",
        ("website",),
        W,
        _("This is a page of a social network."),
        _("Reviewers expect a website of the company's own."),
        sources.BANDWIDTH,
        _social_page,
    ),
    Rule(
        "phone_plan",
        ("phone",),
        W,
        _("This number is not in its country's numbering plan."),
        _("Look for a typing mistake."),
        sources.NUMBERING,
        _phone_plan,
    ),
    Rule(
        "no_exchange",
        ("stock_exchange",),
        W,
        _("A listed company without an exchange is usually not verified."),
        _("Choose the exchange, or register it as a private company if it is one."),
        sources.SINCH,
        _no_exchange,
    ),
    Rule(
        "long",
        tuple(LENGTHS),
        W,
        _("This is %(length)d characters long; many registries take at most %(most)d."),
        _("Shorten it if the records allow it."),
        sources.REGISTRY,
        _long,
    ),
)
