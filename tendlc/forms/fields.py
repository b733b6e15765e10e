"""What people type, brought into the form in which it is stored and sent; and what is worth a second look.

A normaliser raises ValidationError for what the document rules out. Everything else is a caution: shown with
its source, confirmed by a tick, never in the way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from tendlc.forms.choices import US_STATES

PLACEHOLDERS: Final = frozenset({"123456789", "987654321", "012345678"})
TAX_NUMBER_LENGTH: Final = 21
_DUNS: Final = re.compile(r"[0-9]{9}")
_LEI: Final = re.compile(r"[0-9A-Z]{18}[0-9]{2}")
_GIIN: Final = re.compile(r"[0-9A-Z]{6}\.[0-9A-Z]{5}\.[0-9A-Z]{2}\.[0-9]{3}")
_STATE_CODES: Final = {name.casefold(): code for code, name in US_STATES.items()}
_is_url = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class Caution:
    """Something that is allowed and often goes wrong.

    `code` is stable; `place` is the field, or the step of the wizard, where it can be changed; `source` says
    who says so; `url` leads to what is meant.
    """

    code: str
    place: str
    text: str
    source: Any
    url: str = ""


def one_line(text: str) -> str:
    """A text without surplus white space, as registries compare it."""
    return " ".join(text.split())


def tax_number(text: str, country: str) -> str:
    """A US tax number as nine digits, another country's as capitals and digits without punctuation."""
    plain = re.sub(r"[\s\-.]", "", text).upper()
    if country == "US":
        return _us_tax_number(plain)
    if not re.fullmatch(r"[0-9A-Z]{1,21}", plain):
        raise ValidationError(
            _("A tax number has at most %(most)d letters and digits.") % {"most": TAX_NUMBER_LENGTH}
        )
    _refuse_placeholder(plain)
    return plain


def _us_tax_number(plain: str) -> str:
    if not re.fullmatch(r"[0-9]*", plain):
        raise ValidationError(
            _("A US tax number (EIN) has digits only, such as 20-1234567. This one has other characters.")
        )
    if not re.fullmatch(r"[0-9]{9}", plain):
        raise ValidationError(
            _("A US tax number (EIN) has nine digits, such as 20-1234567. This one has %(digits)d.")
            % {"digits": sum(sign in "0123456789" for sign in plain)}
        )
    _refuse_placeholder(plain)
    return plain


def _refuse_placeholder(plain: str) -> None:
    if len(set(plain)) == 1 or plain in PLACEHOLDERS:
        raise ValidationError(
            _("This is a placeholder, not a tax number. Copy it from the tax office's letter.")
        )


def readable_tax_number(number: str, country: str) -> str:
    """A stored tax number as its country writes it: a US one as 20-1234567."""
    is_american = country in ("", "US") and re.fullmatch(r"[0-9]{9}", number)
    return f"{number[:2]}-{number[2:]}" if is_american else number


def business_id(text: str, kind: str) -> str:
    """A DUNS, LEI or GIIN in its own form; a LEI's check digits must fit (ISO 17442)."""
    plain = text.strip().upper()
    if kind == "DUNS":
        plain = re.sub(r"[\s\-]", "", plain)
        _require(_DUNS.fullmatch(plain), _("A DUNS number has nine digits."))
    elif kind == "LEI":
        plain = re.sub(r"[\s\-]", "", plain)
        _require(_LEI.fullmatch(plain), _("A LEI has 18 letters and digits and two check digits."))
        _require(lei_checks(plain), _("The check digits of this LEI do not fit. Look for a typing mistake."))
    elif kind == "GIIN":
        _require(_GIIN.fullmatch(plain), _("A GIIN looks like 98Q96B.00000.LE.250."))
    return plain


def lei_checks(plain: str) -> bool:
    """ISO 7064 mod 97-10: letters count as 10 to 35, and the whole leaves 1."""
    return int("".join(str(int(sign, 36)) for sign in plain)) % 97 == 1


def _require(holds: object, message: str) -> None:
    if not holds:
        raise ValidationError(message)


def us_state(text: str) -> str:
    """The two letters of a US state, from the letters or the name."""
    plain = one_line(text)
    code = plain.upper() if plain.upper() in US_STATES else _STATE_CODES.get(plain.casefold(), "")
    _require(code, _("Use the two letters of the state, such as NJ, or choose it from the list."))
    return code


def us_postal_code(text: str) -> str:
    """Five digits; of a ZIP+4 the first five."""
    found = re.fullmatch(r"\s*([0-9]{5})(?:[\s\-]?[0-9]{4})?\s*", text)
    if found is None:
        raise ValidationError(_("A US postal code has five digits, such as 07733."))
    return found[1]


def website(text: str) -> str:
    """An address with its scheme (https unless said otherwise) and the host in small letters."""
    plain = text.strip()
    address = plain if re.match(r"[a-z][a-z0-9+.\-]*://", plain, re.IGNORECASE) else f"https://{plain}"
    try:
        _is_url(address)
        parts = urlsplit(address)
    except (ValidationError, ValueError) as error:
        raise ValidationError(_("This is not a web address. It looks like https://example.com.")) from error
    if parts.username or parts.password:
        raise ValidationError(_("Leave user name and password out of the address."))
    path = "" if parts.path == "/" and not parts.query else parts.path
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), path, parts.query, ""))


def email(text: str) -> str:
    """An address with its domain in small letters; who owns the part before it decides its case."""
    name, _at, domain = text.strip().rpartition("@")
    return f"{name}@{domain.lower()}"
