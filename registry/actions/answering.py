"""What the applicant answers to an operator's question."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from portal.accounts.enums import Capability
from portal.accounts.models import User
from portal.accounts.scope import Scope
from portal.history.actions import record
from portal.history.enums import Source
from portal.records.moves import move
from registry.enums import DecisionState, MessageKind
from registry.lifecycle.moves import DECISION
from registry.lifecycle.rulings import WAITS
from registry.models import Case, CaseMessage, Decision
from registry.sync.rounds import move_on, note_decision
from registry.sync.telling import settle


class NothingAsked(Exception):
    """The operator does not wait for an answer in this case (any more)."""


@transaction.atomic
def answer_operator(scope: Scope, case: Case, text: str, *, actor: User) -> None:
    """Answer an operator's question; its clock runs on from where it stood. Raises NothingAsked."""
    scope.require(Capability.ANSWER_OPERATORS)
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk, account=scope.account)
    asked = list(
        Decision.objects.filter(case=locked, is_latest=True, state=DecisionState.INFORMATION).select_related(
            "operator", "feature", "application_profile", "business_profile"
        )
    )
    if not asked:
        raise NothingAsked
    now = timezone.now()
    for decision in asked:
        expected = decision.expected_by and decision.expected_by + (now - decision.waiting_since)
        move(
            decision,
            DecisionState.PROCESSING,
            table=DECISION,
            waiting_on=WAITS[DecisionState.PROCESSING],
            waiting_since=now,
            expected_by=expected,
            updated_at=now,
        )
        note_decision(decision, DecisionState.INFORMATION, now=now, source=Source.PERSON)
    CaseMessage.objects.create(
        account_id=locked.account_id,
        client_id=locked.client_id,
        case=locked,
        kind=MessageKind.ANSWER,
        text=text,
        by=actor,
    )
    move_on(locked.pk, now=now)
    record("case.answered", locked, actor=actor)
    settle(locked)
