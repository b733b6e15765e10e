"""Rounds of vetting: what a consent begins, and what ends it."""

from __future__ import annotations

from datetime import datetime, timedelta

from registry.enums import CheckState
from registry.models import BusinessSnapshot, Case, VettingCheck, VettingConsent
from registry.sync.disclosures import disclose_to_agent

_STANDS = (CheckState.PENDING, CheckState.PASSED)


def begin_check(
    case: Case, snapshot: BusinessSnapshot, consent: VettingConsent, *, now: datetime
) -> VettingCheck:
    """The vetting for one operator; one that is on its way or was passed stands, another opens a round."""
    operator = case.operator
    if operator.agency is None:
        raise ValueError(f"{operator.code} requires vetting and has no agent")  # a constraint forbids it
    rows = VettingCheck.objects.filter(business_profile=case.business_profile_id, operator=operator)
    earlier = rows.filter(is_latest=True).first()
    if earlier is not None and earlier.state in _STANDS:
        return earlier
    rows.filter(is_latest=True).update(is_latest=False)
    check = VettingCheck.objects.create(
        account_id=case.account_id,
        client_id=case.client_id,
        business_profile_id=case.business_profile_id,
        operator=operator,
        agency=operator.agency,
        consent=consent,
        snapshot=snapshot,
        round=earlier.round + 1 if earlier else 1,
        expected_by=now + timedelta(days=operator.expected_days),
    )
    disclose_to_agent(case, check)
    return check
