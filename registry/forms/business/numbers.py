"""Registration and tax numbers as a form checks them: an error only where every known scheme refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from registry.models import IssuingAuthority
from registry.rules.numbers import Verdict, schemes_of_country, verdict


def tax_verdict(values: Mapping[str, Any]) -> Verdict:
    return verdict(str(values.get("tax_number") or ""), schemes_of_country(str(values.get("country") or "")))


def registration_verdict(values: Mapping[str, Any]) -> Verdict:
    """By the schemes of the chosen authority, or of every authority of the country.

    Where one of these issues numbers that no scheme describes, no number can be refused.
    """
    rows = IssuingAuthority.objects.filter(is_active=True)
    chosen = str(values.get("issuing_authority") or "")
    country = str(values.get("country") or "")
    named = rows.filter(code=chosen) if chosen else rows.filter(country_code=country)
    schemes = [list(row.schemes) for row in named]
    if not all(schemes):
        return Verdict.UNKNOWN
    return verdict(str(values.get("registration_id") or ""), [one for each in schemes for one in each])


def check_tax_number(values: Mapping[str, Any]) -> None:
    """Raises ValidationError when no scheme of the registered country takes the number."""
    if values.get("tax_number") and tax_verdict(values) == Verdict.REFUSED:
        raise ValidationError(
            _("No kind of tax number of this country looks like that. Check the number and the country.")
        )


def check_registration_id(values: Mapping[str, Any]) -> None:
    """Raises ValidationError when nothing the authority issues looks like the number."""
    if values.get("registration_id") and registration_verdict(values) == Verdict.REFUSED:
        raise ValidationError(
            _(
                "Nothing this authority issues looks like that. Check the number, the authority and the country."
            )
        )
