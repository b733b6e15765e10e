"""What an operator or agent was given, field by field; nothing that is not in a disclosure is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.models import (
    ApplicationProfile,
    BusinessSnapshot,
    Case,
    ProfileFeature,
    RequirementAnswer,
    VettingCheck,
)
from registry.queries.desk import disclosed_fields
from registry.rules.disclosing import CONTACT_FIELDS, FEATURE, REQUIREMENT

LABELS: Final[Mapping[str, Any]] = {
    "name": gettext_lazy("Name"),
    "role": gettext_lazy("Role of the person who registers"),
    "country": gettext_lazy("Registered country"),
    "registration_id": gettext_lazy("Registration number"),
    "organisation_type": gettext_lazy("Organisation type"),
    "tax_number": gettext_lazy("Tax number"),
    "dpo_required": gettext_lazy("Data Protection Officer required by law"),
    "iso_27001": gettext_lazy("ISO 27001 certified"),
    "equivalent_certificate": gettext_lazy("Equivalent certification"),
    "privacy_policy_url": gettext_lazy("Privacy policy"),
    "privacy_email": gettext_lazy("Privacy manager"),
    "dpo_email": gettext_lazy("Data Protection Officer"),
    "resells": gettext_lazy("Resells network features"),
    "processing": gettext_lazy("How user data is processed"),
    "category_code": gettext_lazy("Category"),
    "locations": gettext_lazy("Infrastructure locations"),
    "use_case": gettext_lazy("Use case"),
    "terms_url": gettext_lazy("Terms and conditions"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One disclosed field; `before` is its value in the version that was decided on, where it differs."""

    label: str
    text: str
    before: str = ""


def facts_of(case: Case) -> list[Fact]:
    """Everything the operator of a case was given of its profile."""
    if case.application_profile is not None:
        return _application_facts(case, case.application_profile)
    return _business_facts(case)


def _business_facts(case: Case) -> list[Fact]:
    given = disclosed_fields(case)
    snapshots = BusinessSnapshot.objects.filter(pk__in=[pk for pk in given if pk]).select_related("personal")
    versions = list(snapshots.order_by("version"))
    if not versions:
        return []
    newest = versions[-1]
    decided = case.decisions.filter(is_latest=True).values_list("snapshot_id", flat=True)
    earlier = next((one for one in versions if one.pk in set(decided) and one.pk != newest.pk), None)
    names = given[newest.pk]
    before = _held(earlier, given[earlier.pk]) if earlier else {}
    facts = [
        Fact(_label(name), text, before[name] if name in before and before[name] != text else "")
        for name, text in _held(newest, names).items()
    ]
    return [*facts, *_requirements(case, names)]


def _held(snapshot: BusinessSnapshot, names: Iterable[str]) -> dict[str, str]:
    values = {**snapshot.values, **snapshot.personal.values}
    return {name: shown(values[name]) for name in sorted(names) if name in values}


def _application_facts(case: Case, profile: ApplicationProfile) -> list[Fact]:
    names = {name for fields in disclosed_fields(case).values() for name in fields}
    own = [
        Fact(_label(name), shown(getattr(profile, name)))
        for name in LABELS
        if name in names and hasattr(profile, name)
    ]
    lines = ProfileFeature.objects.filter(profile=profile).select_related("feature", "purpose")
    features = [
        Fact(line.feature.name, f"{line.purpose.name}: {line.reason}")
        for line in lines.order_by("feature__name")
        if f"{FEATURE}{line.feature.code}" in names
    ]
    return [*own, *features, *_requirements(case, names)]


def _requirements(case: Case, names: Iterable[str]) -> list[Fact]:
    codes = [name.removeprefix(REQUIREMENT) for name in names if name.startswith(REQUIREMENT)]
    rows = RequirementAnswer.objects.filter(
        business_profile=case.business_profile_id,
        application_profile=case.application_profile_id,
        requirement__code__in=codes,
    )
    return [
        Fact(row.requirement.name, shown({**row.value, **row.personal}))
        for row in rows.select_related("requirement").order_by("pk")
    ]


def check_facts(check: VettingCheck, case: Case) -> list[Fact]:
    """Everything the agent of a check was given: what the organisation is, and whom to ask."""
    names = disclosed_fields(case, to_agent=True).get(check.snapshot_id, set())
    facts = [Fact(_label(name), text) for name, text in _held(check.snapshot, names).items()]
    contact = [
        Fact(_label(name), getattr(check.consent, name))
        for name in CONTACT_FIELDS
        if name in names and getattr(check.consent, name)
    ]
    return [*facts, *contact]


def _label(name: str) -> str:
    return str(LABELS.get(name) or name.replace("_", " ").capitalize())


def shown(value: Any) -> str:
    """A stored value as people read it."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {shown(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(shown(item) for item in value)
    return "" if value is None else str(value)
