"""What people type, brought into the form in which it is stored; a normaliser raises ValidationError."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from portal.reach.syntax import url_problems
from portal.records.phones import e164, phone_number

YES_NO: Final = (("true", gettext_lazy("Yes")), ("false", gettext_lazy("No")))
TEXT_LENGTH, LONG_LENGTH = 100, 500


def is_yes(value: Any) -> bool:
    return str(value).lower() == "true"


def yes_no(label: Any, help_text: Any = "") -> forms.TypedChoiceField:
    """Yes or no, chosen by a person: neither is preselected."""
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=YES_NO,
        coerce=is_yes,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose yes or no.")},
    )


def line(
    label: Any, *, required: bool = True, help_text: Any = "", most: int = TEXT_LENGTH
) -> forms.CharField:
    return forms.CharField(label=label, required=required, help_text=help_text, max_length=most)


def phone(text: str) -> str:
    """A number with its country code, as +4930123456; possible is enough, plans change."""
    return e164(phone_number(text))


def public_url(text: str) -> str:
    """A web address that everybody can open, with its scheme (https unless said otherwise)."""
    plain = text.strip()
    address = plain if re.match(r"[a-z][a-z0-9+.\-]*:", plain, re.IGNORECASE) else f"https://{plain}"
    problems = url_problems(address)
    if problems.errors:
        raise ValidationError(list(problems.errors))
    return address
