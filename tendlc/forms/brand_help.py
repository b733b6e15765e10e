"""What each field of a brand is, where to find it, why it matters, and what goes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class FieldHelp(NamedTuple):
    """`what` stands below the field; the rest is folded away until somebody asks. Empty parts are left out."""

    what: StrPromise | str
    where: StrPromise | str = ""
    why: StrPromise | str = ""
    mistake: StrPromise | str = ""


class Section(NamedTuple):
    """Fields that belong together, in rows; `show_when` hides it where JavaScript runs."""

    key: str
    title: StrPromise | str
    intro: StrPromise | str
    rows: tuple[tuple[str, ...], ...]
    show_when: str = ""


SECTIONS: Final = (
    Section(
        "payer",
        _("Who pays"),
        _(
            "The Vonage API key that registers the brand and is charged. It cannot be changed after the first save."
        ),
        (("client", "api_key"),),
    ),
    Section(
        "company",
        _("The company"),
        _("The business the recipients of the messages know: the sender, never its agency."),
        (("entity_type",), ("company_name",), ("display_name",), ("website",), ("vertical",)),
    ),
    Section(
        "listing",
        _("Listed company"),
        _("Needed for a public company, and only for one."),
        (("stock_symbol", "stock_exchange"),),
        "entity_type=PUBLIC_PROFIT",
    ),
    Section(
        "tax",
        _("Tax and identifiers"),
        _("The registry looks the company up by these and compares name and address with what it finds."),
        (("ein", "ein_issuing_country"), ("alt_business_id_type", "alt_business_id")),
    ),
    Section(
        "address",
        _("Address"),
        _("The address in the tax records, not where the mail goes."),
        (("country",), ("street",), ("city", "state", "postal_code")),
    ),
    Section(
        "contact",
        _("Contact"),
        _("How the registry and the carriers reach the brand."),
        (("email", "phone"),),
    ),
)

HELP: Final[Mapping[str, FieldHelp]] = {
    "client": FieldHelp(_("The business you register for.")),
    "api_key": FieldHelp(
        _("The brand belongs to this Vonage account, and its fees go there."),
        why=_("Campaigns and numbers of the brand use the same key later."),
    ),
    "entity_type": FieldHelp(
        _("The legal form of the business."),
        where=_("The certificate of formation, or the tax office's letter."),
        why=_("It decides what else is asked and what the registry compares with."),
        mistake=_(
            "A charity without a 501(c) exemption of the IRS is a private company here, and a private company "
            "that files as public is not verified."
        ),
    ),
    "company_name": FieldHelp(
        _("The legal name, letter by letter as the tax office writes it, with LLC or Inc."),
        where=_("US: the IRS letter CP 575 or 147C, every line above the address."),
        why=_("The registry compares it with the tax number. A difference means “not verified”."),
        mistake=_("The trade name instead of the legal one, “&” for “and”, or a missing suffix."),
    ),
    "display_name": FieldHelp(
        _("The name recipients know: as it stands in the messages and on the website."),
        why=_("Reviewers look for it in the sample messages and on the website."),
        mistake=_("The legal name, where customers know the company by another one."),
    ),
    "website": FieldHelp(
        _("The company's own site, such as https://example.com."),
        why=_("Reviewers open it: it has to load without signing in, name the brand and say what it does."),
        mistake=_("A page of a social network, a parked domain, or a site that says “coming soon”."),
    ),
    "vertical": FieldHelp(
        _("The line of business."),
        why=_("It is part of the brand and is proposed for each of its campaigns."),
        mistake=_("The line of business of the software that sends the messages."),
    ),
    "stock_symbol": FieldHelp(
        _("The ticker, such as VG."),
        where=_("The website of the exchange, or the company's page for investors."),
        why=_("The document asks for it of every public company."),
    ),
    "stock_exchange": FieldHelp(
        _("Where the stock is listed."), mistake=_("A symbol that is listed at another exchange.")
    ),
    "ein": FieldHelp(
        _("The company's number at the tax office. In the US the EIN: nine digits, such as 20-1234567."),
        where=_("US: the IRS letter CP 575 or 147C, or form W-9. Elsewhere: the tax or business register."),
        why=_(
            "It is what the registry looks the company up by. We ask it of every kind of company: all of "
            "Vonage's examples carry it, and should an answer get lost we recognise the brand by it."
        ),
        mistake=_("A DUNS number or a person's social security number. They are no EIN."),
    ),
    "ein_issuing_country": FieldHelp(
        _("The country of the tax office that gave the number."),
        mistake=_("The US for a foreign company that only has a US office."),
    ),
    "alt_business_id_type": FieldHelp(
        _("If there is a further number: which kind."),
        why=_("It helps where the tax number alone finds nothing. Both fields or neither."),
    ),
    "alt_business_id": FieldHelp(
        _("DUNS: nine digits. LEI: twenty letters and digits. GIIN: as 98Q96B.00000.LE.250."),
        where=_("DUNS: Dun & Bradstreet. LEI: search.gleif.org. GIIN: the IRS list of FATCA institutions."),
    ),
    "country": FieldHelp(_("The country of the address.")),
    "street": FieldHelp(
        _("House number and street, with the suite if there is one."),
        where=_("The address on the tax office's letter."),
        why=_("It is compared with public records."),
        mistake=_("A post office box, a virtual office, or a new address the tax office does not know yet."),
    ),
    "city": FieldHelp(_("The city of that address.")),
    "state": FieldHelp(_("US: the two letters, such as NJ. Elsewhere: region or province.")),
    "postal_code": FieldHelp(_("US: five digits.")),
    "email": FieldHelp(
        _("Where the brand is reached for support, best at its own domain."),
        why=_("The registry and vetting providers write to it."),
        mistake=_("A free mail address, or the address of an agency."),
    ),
    "phone": FieldHelp(
        _("With its country code, such as +1 201 555 0123. A US brand may leave the +1 out."),
        where=_("Best the number on the website."),
        mistake=_("An extension, or a number nobody answers."),
    ),
}
