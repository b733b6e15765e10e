"""What the rules say of a campaign as it is typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django import forms

from tendlc.forms.campaign.terms import Terms
from tendlc.models import Brand
from tendlc.rules import CAMPAIGN_RULES, CampaignCase, Finding, Severity, findings

RULED: Final = frozenset(name for rule in CAMPAIGN_RULES for name in rule.fields)


def point_to_remarks(form: forms.Form) -> None:
    """Let screen readers find what the rules say of a text: it stands below the field, in _said.html."""
    for name, field in form.fields.items():
        if name in RULED and isinstance(field.widget, forms.Textarea):
            places = [f"id_{name}_helptext"] if field.help_text else []
            field.widget.attrs["aria-describedby"] = " ".join([*places, f"said-{name}"])


def campaign_findings(
    values: Mapping[str, Any],
    terms: Terms,
    brand_names: tuple[str, ...],
    registered: Mapping[str, Any] | None = None,
) -> list[Finding]:
    """Every rule that cleaned values break, in the order of the wizard."""
    return list(findings(CAMPAIGN_RULES, CampaignCase(values, terms.demands, brand_names, registered)))


def names_of(brand: Brand, program: object = "") -> tuple[str, ...]:
    """The names under which people know a brand; one of them has to stand in its messages."""
    return (brand.display_name, brand.company_name, str(program or ""))


def at_fields(found: Iterable[Finding], names: Iterable[str]) -> dict[str, list[Finding]]:
    """The findings by field, the gravest first; a list for each of the named fields that any rule is about."""
    said: dict[str, list[Finding]] = {name: [] for name in names if name in RULED}
    for finding in sorted(found, key=lambda one: list(Severity).index(one.severity)):
        if finding.field in said:
            said[finding.field].append(finding)
    return said


def blocking(found: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.blocks]


def to_confirm(found: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.severity == Severity.WARN]
