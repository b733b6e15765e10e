"""Answering what operators asked after a profile was submitted, in rows beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from portal.accounts.enums import Capability
from portal.accounts.models import User
from portal.accounts.scope import Scope
from portal.history.actions import record
from registry.actions.submitting import keep_answers
from registry.enums import UNCOUNTED, Ground
from registry.models import BusinessProfile, Requirement
from registry.queries.standing import business_decisions, current_snapshot
from registry.rules.registration import Registration
from registry.sync.disclosures import disclose_answers


@transaction.atomic
def answer_later(
    scope: Scope,
    profile: BusinessProfile,
    *,
    answers: Mapping[str, Any],
    personal_answers: Mapping[str, Any],
    actor: User,
) -> None:
    """Add answers to a profile that stays as it was submitted; whoever asked is given them."""
    scope.require(Capability.APPROVE)
    given = Registration(answers=dict(answers), personal_answers=dict(personal_answers))
    kept = keep_answers(profile, given, by=actor, is_supplement=True)
    snapshot = current_snapshot(profile)
    asked = [row.requirement for row in kept]
    for decision in business_decisions(profile).exclude(state__in=UNCOUNTED):
        codes = [one.code for one in asked if _asks(one, decision.operator_id, decision.operator.country_id)]
        if codes:
            disclose_answers(decision.case, snapshot, codes, Ground.CHANGE)
    record("business_profile.supplemented", profile, actor=actor, after={"answered": sorted(given.answers)})


def _asks(requirement: Requirement, operator_id: int, country_id: int) -> bool:
    return operator_id == requirement.operator_id or country_id == requirement.country_id
