"""The ledger of what was handed to whom: one row a hand-over, never changed."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from registry.enums import Ground, Level
from registry.models import BusinessSnapshot, Case, Disclosure, RequirementAnswer, VettingCheck
from registry.rules.disclosing import CONTACT_FIELDS, REQUIREMENT, application_fields, business_fields


def disclose_business(case: Case, snapshot: BusinessSnapshot, ground: Ground) -> Disclosure:
    """The operator of a case is given a version of the business profile."""
    asked = _answered(case, Level.BUSINESS)
    fields = business_fields(snapshot.values, snapshot.personal.values, requirements=asked)
    return _write(case, case.operator.name, snapshot, fields, ground)


def disclose_application(
    case: Case, snapshot: BusinessSnapshot, features: Collection[str], ground: Ground
) -> Disclosure:
    """The operator of a case is given an application profile, of its features those it is asked for."""
    fields = application_fields(features, requirements=_answered(case, Level.APPLICATION))
    return _write(case, case.operator.name, snapshot, fields, ground)


def disclose_answers(
    case: Case, snapshot: BusinessSnapshot, codes: Collection[str], ground: Ground
) -> Disclosure:
    """The operator of a case is given later answers to what it asked."""
    fields = [f"{REQUIREMENT}{code}" for code in sorted(codes)]
    return _write(case, case.operator.name, snapshot, fields, ground)


def disclose_to_agent(case: Case, check: VettingCheck) -> Disclosure:
    """The vetting agent is given what the operator is, and whom to ask."""
    values, personal = check.snapshot.values, check.snapshot.personal.values
    contact = [name for name in CONTACT_FIELDS if getattr(check.consent, name)]
    fields = [*business_fields(values, personal), *contact]
    return _write(case, check.agency.name, check.snapshot, fields, Ground.VETTING, to_agent=True)


def _answered(case: Case, level: Level) -> set[str]:
    """Codes of the requirements of this operator or its country that were answered."""
    rows = RequirementAnswer.objects.filter(
        Q(requirement__operator=case.operator) | Q(requirement__country=case.operator.country),
        business_profile=case.business_profile_id,
        application_profile=case.application_profile_id,
        requirement__level=level,
    )
    return set(rows.values_list("requirement__code", flat=True))


def _write(
    case: Case,
    recipient: str,
    snapshot: BusinessSnapshot,
    fields: list[str],
    ground: Ground,
    *,
    to_agent: bool = False,
) -> Disclosure:
    return Disclosure.objects.create(
        account_id=case.account_id,
        client_id=case.client_id,
        case=case,
        recipient=recipient,
        snapshot=snapshot,
        application_profile_id=case.application_profile_id,
        fields=fields,
        ground=ground,
        to_agent=to_agent,
    )
