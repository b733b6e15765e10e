"""The one door for what vetting agents say, and the passing of time over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from portal.accounts.models import User
from portal.history.actions import note_change
from portal.history.enums import Axis, Source
from portal.records.moves import move
from registry.enums import OPEN_DECISIONS, CheckState, Reason, Ruling, WaitingOn
from registry.lifecycle.moves import CHECK
from registry.models import Case, Decision, VettingCheck
from registry.sync.consequences import follow_business
from registry.sync.decisions import Absorbed, Line, Outcome, rule
from registry.sync.noting import Seen
from registry.sync.rounds import move_on
from registry.sync.telling import tell_check

log = structlog.get_logger(__name__)

WARN_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an agent says of one check. `text` is for the applicant, `note` for the agent's own people."""

    check_id: int
    passed: bool
    text: str = ""
    note: str = ""
    expires_at: datetime | None = None
    source: Source = Source.SYNC
    by: User | None = None
    is_simulated: bool = False


@transaction.atomic
def absorb_check(verdict: Verdict) -> Absorbed:
    """Take in one verdict: a failed vetting counts as the operator's no, with its cascade."""
    check = _locked(verdict.check_id)
    if not check.is_latest or check.state != CheckState.PENDING:
        log.info("registry.verdict_stale", check=check.pk, state=check.state)
        return Absorbed(Outcome.STALE, "state")
    seen = Seen.now(verdict.source, verdict.by, is_simulated=verdict.is_simulated)
    _decide(check, verdict, seen)
    if verdict.passed:
        tell_check("registry.vetting_passed", check, key="passed")
        _release(check, seen)
    else:
        tell_check("registry.vetting_failed", check, key="failed")
        _reject(check, seen)
    return Absorbed(Outcome.APPLIED)


def _locked(check_id: int) -> VettingCheck:
    """The operator's business case is locked first: nobody accepts while its vetting fails."""
    check = VettingCheck.objects.select_related("business_profile", "operator", "agency").get(pk=check_id)
    list(
        Case.objects.select_for_update(of=("self",)).filter(
            business_profile=check.business_profile_id,
            operator=check.operator_id,
            application_profile=None,
        )
    )
    check.refresh_from_db(fields=["state", "is_latest"])
    return check


def _decide(check: VettingCheck, verdict: Verdict, seen: Seen) -> None:
    before = check.state
    move(
        check,
        CheckState.PASSED if verdict.passed else CheckState.FAILED,
        table=CHECK,
        reason_text=verdict.text,
        note=verdict.note,
        expires_at=verdict.expires_at if verdict.passed else None,
        is_simulated=verdict.is_simulated,
        decided_at=seen.at,
        decided_by=verdict.by,
        updated_at=seen.at,
    )
    note_check(check, before, at=seen.at, source=seen.source, reason=verdict.text)


def note_check(check: VettingCheck, before: str, *, at: datetime, source: Source, reason: str = "") -> None:
    """One row of history of the business profile: its vetting for one operator moved."""
    note_change(
        check.business_profile,
        axis=Axis.VETTING,
        part=f"{check.operator} · {check.agency}",
        before=(before, ""),
        after=(check.state, ""),
        seen_at=at,
        not_before=None,
        source=source,
        reason=reason,
    )


def _waiting_decision(check: VettingCheck) -> Decision | None:
    rows = Decision.objects.select_related("operator", "business_profile", "snapshot", "case")
    return rows.filter(
        business_profile=check.business_profile_id,
        operator=check.operator_id,
        application_profile=None,
        is_latest=True,
        state__in=OPEN_DECISIONS,
    ).first()


def _release(check: VettingCheck, seen: Seen) -> None:
    """Only now the operator can accept, so its clock starts."""
    decision = _waiting_decision(check)
    if decision is not None and decision.waiting_on != WaitingOn.US:
        Decision.objects.filter(pk=decision.pk).update(
            waiting_on=WaitingOn.OPERATOR,
            waiting_since=seen.at,
            expected_by=seen.at + timedelta(days=check.operator.expected_days),
            updated_at=seen.at,
        )


def _reject(check: VettingCheck, seen: Seen) -> None:
    decision = _waiting_decision(check)
    if decision is None:
        return
    line = Line(
        Ruling.REJECT,
        decision.round,
        decision.snapshot_id,
        reason=Reason.VETTING_FAILED,
        text=check.reason_text,
    )
    move_on(decision.case_id, now=seen.at)
    rule(decision, line, seen=seen, reference="")
    follow_business(decision, Ruling.REJECT, seen=seen)


def expire_checks(now: datetime) -> int:
    """Passed checks whose time is over; what was decided on them stands. Answers how many expired."""
    ended = 0
    passed = VettingCheck.objects.filter(is_latest=True, state=CheckState.PASSED, expires_at__isnull=False)
    passed = passed.select_related("business_profile", "operator", "agency").order_by("expires_at", "pk")
    for check in passed.filter(expires_at__gt=now, expires_at__lte=now + WARN_BEFORE):
        tell_check("registry.vetting_expiring", check, key="expiring")
    for check in passed.filter(expires_at__lte=now):
        with transaction.atomic():
            before = check.state
            move(check, CheckState.EXPIRED, table=CHECK, updated_at=now)
            note_check(check, before, at=now, source=Source.SYNC)
            tell_check("registry.vetting_expired", check, key="expired")
        ended += 1
    return ended
