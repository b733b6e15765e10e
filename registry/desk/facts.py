"""What an operator or agent was given, field by field; nothing that is not in a disclosure is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from registry.forms.application_profiles.words import Words as ApplicationWords
from registry.forms.business.review import LABELS as BUSINESS_LABELS
from registry.forms.business.review import Words as BusinessWords
from registry.models import (
    ApplicationProfile,
    BusinessSnapshot,
    Case,
    ProfileFeature,
    RequirementAnswer,
    VettingCheck,
)
from registry.queries.desk import disclosed_fields
from registry.rules.disclosing import APPLICATION_FIELDS, CONTACT_FIELDS, FEATURE, REQUIREMENT


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
    decided = set(case.decisions.filter(is_latest=True).values_list("snapshot_id", flat=True))
    earlier = next((one for one in versions if one.pk in decided and one.pk != newest.pk), None)
    before = _held(earlier, given[earlier.pk]) if earlier else {}
    facts = [
        Fact(label, text, before[label] if label in before and before[label] != text else "")
        for label, text in _held(newest, given[newest.pk]).items()
    ]
    return [*facts, *_requirements(case, given[newest.pk])]


def _held(snapshot: BusinessSnapshot, names: Iterable[str]) -> dict[str, str]:
    """The disclosed values of a version in words, by label, in the order of the form."""
    words = BusinessWords()
    values = {**snapshot.values, **snapshot.personal.values}
    known = [name for name in BUSINESS_LABELS if name in values]
    ordered = [*known, *sorted(name for name in values if name not in known)]
    given = set(names)
    return {str(words.label(name)): words.text(name, values[name]) for name in ordered if name in given}


def _application_facts(case: Case, profile: ApplicationProfile) -> list[Fact]:
    names = {name for fields in disclosed_fields(case).values() for name in fields}
    words = ApplicationWords()
    own = [
        Fact(str(words.label(name)), words.text(name, getattr(profile, name)))
        for name in APPLICATION_FIELDS
        if name in names
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
        Fact(row.requirement.text, _said({**row.value, **row.personal}.get("answer")))
        for row in rows.select_related("requirement").order_by("pk")
    ]


def _said(answer: Any) -> str:
    if isinstance(answer, bool):
        return _("Yes") if answer else _("No")
    return ", ".join(map(str, answer)) if isinstance(answer, list | tuple) else str(answer or "")


def check_facts(check: VettingCheck, case: Case) -> list[Fact]:
    """Everything the agent of a check was given: what the organisation is, and whom to ask."""
    names, words = disclosed_fields(case, to_agent=True).get(check.snapshot_id, set()), BusinessWords()
    facts = [Fact(label, text) for label, text in _held(check.snapshot, names).items()]
    contact = [
        Fact(str(words.label(name)), getattr(check.consent, name))
        for name in CONTACT_FIELDS
        if name in names and getattr(check.consent, name)
    ]
    return [*facts, *contact]
