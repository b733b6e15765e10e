"""Telephone numbers as people write them, brought into the one form in which they are stored and sent."""

from __future__ import annotations

import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from phonenumbers import PhoneNumber, PhoneNumberFormat, ValidationResult


def phone_number(text: str, region: str = "") -> PhoneNumber:
    """A number in international or, for `region`, national writing. Possible is enough: plans change.

    Raises ValidationError with the sentence for the field.
    """
    try:
        number = phonenumbers.parse(_international(text), region or None)
    except phonenumbers.NumberParseException as error:
        raise ValidationError(_unreadable(region)) from error
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        raise ValidationError(_("The area code is missing."))
    if possible != ValidationResult.IS_POSSIBLE:
        raise ValidationError(_("A number with this many digits does not exist in its country."))
    if number.extension:
        raise ValidationError(_("Leave the extension out: it cannot be sent."))
    return number


def _unreadable(region: str) -> str:
    if region:
        return _("This is not a phone number.")
    return _("Write the number with its country code, such as +49 30 123456.")


def _international(text: str) -> str:
    """Eleven digits that begin with 1, and what begins with 00, are meant to have a plus."""
    plain = text.strip()
    figures = re.sub(r"[\s().\-]", "", plain)
    if re.fullmatch(r"1[0-9]{10}", figures):
        return f"+{figures}"
    return f"+{figures[2:]}" if re.fullmatch(r"00[1-9][0-9]{6,14}", figures) else plain


def e164(number: PhoneNumber) -> str:
    """The international form with its plus: +4930123456."""
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def digits_of(number: PhoneNumber) -> str:
    """The international form without its plus."""
    return e164(number).lstrip("+")


def readable_phone(digits: str) -> str:
    """Stored digits as people write the number; what cannot be read stays as it is."""
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return digits
    return str(phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL))
