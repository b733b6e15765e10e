"""What the rules say of a campaign as it is typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tendlc.forms.campaign.terms import Terms
from tendlc.models import Brand
from tendlc.rules import CAMPAIGN_RULES, CampaignCase, Finding, Severity, findings


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
    """The findings by field, for each of the named ones a list; a summary of a rule belongs to its field."""
    said: dict[str, list[Finding]] = {name: [] for name in names}
    for finding in found:
        if finding.field in said:
            said[finding.field].append(finding)
    return said


def blocking(found: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.blocks]


def to_confirm(found: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.severity == Severity.WARN]
