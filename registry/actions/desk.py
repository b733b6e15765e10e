"""What people of operators and vetting agents do; one transaction each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.history.actions import record
from portal.history.enums import Source
from registry.enums import DecisionState, MessageKind, Ruling
from registry.lifecycle.rulings import fits
from registry.models import Case, CaseMessage, VettingCheck
from registry.queries.desk import Desk, lines
from registry.sync.checks import Verdict, absorb_check
from registry.sync.decisions import Absorbed, Answer, Line, Outcome, absorb_decision


class NotApplied(Exception):
    """The answer changed nothing; `absorbed` says why, and nothing of it was kept."""

    def __init__(self, absorbed: Absorbed) -> None:
        super().__init__(absorbed.objection)
        self.absorbed = absorbed


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied(_("You may look at this, but not decide on it."))


@transaction.atomic
def take_case(desk: Desk, case: Case, *, actor: User) -> None:
    """Show colleagues who works on a case; taking it over from somebody is allowed and seen."""
    _require(desk.may_decide(case))
    Case.objects.filter(pk=case.pk).update(taken_by=actor, taken_at=timezone.now())
    record("case.taken", case, actor=actor)


@transaction.atomic
def leave_case(desk: Desk, case: Case, *, actor: User) -> None:
    """Give a case back to the queue."""
    _require(desk.may_decide(case))
    Case.objects.filter(pk=case.pk).update(taken_by=None, taken_at=None)
    record("case.left", case, actor=actor)


@transaction.atomic
def add_note(desk: Desk, case: Case, text: str, *, actor: User) -> None:
    """A note for the operator's own people, kept apart from what the applicant is told."""
    _require(desk.may_decide(case))
    CaseMessage.objects.create(
        account_id=case.account_id,
        client_id=case.client_id,
        case=case,
        kind=MessageKind.NOTE,
        text=text,
        by=actor,
    )


@transaction.atomic
def rule_case(
    desk: Desk,
    case: Case,
    rulings: Sequence[Line],
    *,
    version: int,
    references: Mapping[str, str],
    note: str = "",
    actor: User,
) -> None:
    """Decide on the lines of a case as somebody saw them. Raises NotApplied when it moved on meanwhile."""
    _require(desk.may_decide(case))
    answer = Answer(
        case.pk,
        f"console:{case.pk}:{version}",
        tuple(rulings),
        source=Source.PERSON,
        version=version,
        by=actor,
        operator_reference=references.get("operator_reference", ""),
        network_application_id=references.get("network_application_id", ""),
    )
    absorbed = absorb_decision(answer)
    if absorbed.outcome != Outcome.APPLIED:
        raise NotApplied(absorbed)
    if note:
        add_note(desk, case, note, actor=actor)
    record("case.ruled", case, actor=actor, after={"rulings": [_said(line) for line in rulings]})


def _said(line: Line) -> dict[str, Any]:
    return {"feature": line.feature_id, "ruling": str(line.ruling), "reason": line.reason}


def accept_all(desk: Desk, chosen: Mapping[Case, int], *, actor: User) -> dict[Case, str]:
    """Accept everything open in cases as they were shown (version by case); answers why some were not, by case.

    Each case is a transaction of its own: what somebody else decided meanwhile stops none of the others.
    """
    refused = {}
    for case, version in chosen.items():
        try:
            rule_case(desk, case, acceptance(case), version=version, references={}, actor=actor)
        except NotApplied as problem:
            refused[case] = problem.absorbed.objection
    return refused


def acceptance(case: Case) -> list[Line]:
    """A yes to every line of a case that the operator still looks at."""
    return [
        Line(Ruling.ACCEPT, row.round, row.snapshot_id, row.feature_id)
        for row in lines(case)
        if row.state == DecisionState.PROCESSING and fits(Ruling.ACCEPT, state=row.state)
    ]


@transaction.atomic
def decide_check(
    desk: Desk,
    check: VettingCheck,
    *,
    passed: bool,
    text: str = "",
    note: str = "",
    expires_at: datetime | None = None,
    actor: User,
) -> None:
    """Pass or fail a vetting. Raises NotApplied when a colleague was faster."""
    _require(desk.may_check(check))
    verdict = Verdict(check.pk, passed, text, note, expires_at, source=Source.PERSON, by=actor)
    absorbed = absorb_check(verdict)
    if absorbed.outcome != Outcome.APPLIED:
        raise NotApplied(absorbed)
    record("vetting.decided", check, actor=actor, after={"passed": passed})
