"""The one door for what operators say: their console, the simulation, and whatever adapter comes later.

An answer is about one case and rules on all of it or on nothing. It is applied once a (operator, reference),
and only to the round and snapshot it was made on; what comes too late is kept and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import structlog
from django.db import transaction

from portal.accounts.models import User
from portal.history.enums import Source
from portal.records.moves import move
from registry.enums import Activity, CheckState, DecisionState, MessageKind, Ruling
from registry.lifecycle.moves import ACTIVITY, DECISION
from registry.lifecycle.rulings import ACTIVITY_AFTER, STATE_AFTER, WAITS, fits
from registry.models import (
    ApplicationStanding,
    BusinessSnapshot,
    Case,
    CaseMessage,
    Decision,
    OperatorAnswer,
    VettingCheck,
)
from registry.sync.consequences import follow_business
from registry.sync.noting import Seen, in_words, note_activity, note_no
from registry.sync.rounds import move_on, note_decision, open_round
from registry.sync.telling import tell_rulings

log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    APPLIED = "applied"
    KNOWN = "known"
    STALE = "stale"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of the business profile (no feature) or of one feature; `corrects` changes a yes or no."""

    ruling: Ruling
    round: int
    snapshot_id: int
    feature_id: int | None = None
    reason: str = ""
    text: str = ""
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operator says about one case. `version` is of the case as somebody saw it; adapters leave it out."""

    case_id: int
    reference: str
    lines: tuple[Line, ...]
    source: Source = Source.SYNC
    version: int | None = None
    by: User | None = None
    is_simulated: bool = False
    operator_reference: str = ""
    network_application_id: str = ""


@dataclass(frozen=True, slots=True)
class Absorbed:
    """What became of an answer; `objection` is version, round, state or vetting where it was not applied."""

    outcome: Outcome
    objection: str = ""


@transaction.atomic
def absorb_decision(answer: Answer) -> Absorbed:
    """Take in one answer: decisions, changes, refusals, dialogue, notices and what follows from them."""
    case = _locked(answer.case_id)
    told = OperatorAnswer.objects.filter(operator=case.operator, remote_reference=answer.reference)
    if told.filter(is_applied=True).exists():
        return Absorbed(Outcome.KNOWN)
    rows = {row.feature_id: row for row in _latest(case)}
    if objection := _objection(answer, case, rows):
        log.info("registry.answer_stale", case=case.pk, reference=answer.reference, objection=objection)
        if not told.filter(objection=objection).exists():
            _keep(answer, case, objection)
        return Absorbed(Outcome.STALE, objection)
    if _is_held(case, answer):
        log.info("registry.answer_held", case=case.pk, reference=answer.reference)
        return Absorbed(Outcome.HELD, "vetting")
    _keep(answer, case)
    _apply(answer, case, rows)
    return Absorbed(Outcome.APPLIED)


def _locked(case_id: int) -> Case:
    """Everything about one case happens one after the other; a business case is locked before its applications'."""
    rows = Case.objects.select_for_update(of=("self",))
    return rows.select_related("operator__country", "business_profile", "application_profile").get(pk=case_id)


def _latest(case: Case) -> Iterator[Decision]:
    rows = Decision.objects.filter(case=case, is_latest=True).select_related("feature", "operator")
    for row in rows.order_by("feature__name", "pk"):
        row.business_profile, row.application_profile = case.business_profile, case.application_profile
        yield row


def _objection(answer: Answer, case: Case, rows: Mapping[int | None, Decision]) -> str:
    if answer.version is not None and answer.version != case.version:
        return "version"
    for line in answer.lines:
        row = rows.get(line.feature_id)
        if row is None:
            return "round"
        if _is_on_newer(line, case, row):
            continue
        if (row.round, row.snapshot_id) != (line.round, line.snapshot_id):
            return "round"
        if not fits(line.ruling, state=row.state, activity=row.activity, corrects=line.corrects):
            return "state"
    return ""


def _is_on_newer(line: Line, case: Case, row: Decision) -> bool:
    """A yes or no to the version an operator was given while its earlier decision stands."""
    return (
        case.application_profile_id is None
        and line.snapshot_id == case.newer_snapshot_id
        and line.round == row.round + 1
        and line.ruling in (Ruling.ACCEPT, Ruling.REJECT)
    )


def _is_held(case: Case, answer: Answer) -> bool:
    """An operator that requires vetting cannot accept an organisation before its check has passed."""
    if case.application_profile_id is not None or not case.operator.requires_vetting:
        return False
    if all(line.ruling != Ruling.ACCEPT for line in answer.lines):
        return False
    check = VettingCheck.objects.filter(
        business_profile=case.business_profile, operator=case.operator, is_latest=True
    ).first()
    return check is None or check.state not in (CheckState.PASSED, CheckState.EXPIRED)


def _keep(answer: Answer, case: Case, objection: str = "") -> None:
    OperatorAnswer.objects.create(
        account_id=case.account_id,
        client_id=case.client_id,
        operator=case.operator,
        case=case,
        remote_reference=answer.reference,
        lines=[_plain(line) for line in answer.lines],
        is_applied=not objection,
        objection=objection,
        is_simulated=answer.is_simulated,
        by=answer.by,
    )


def _plain(line: Line) -> dict[str, Any]:
    return {
        "ruling": str(line.ruling),
        "feature": line.feature_id,
        "round": line.round,
        "snapshot": line.snapshot_id,
        "reason": line.reason,
        "text": line.text,
        "corrects": line.corrects,
    }


def _apply(answer: Answer, case: Case, rows: dict[int | None, Decision]) -> None:
    seen = Seen.now(answer.source, answer.by, is_simulated=answer.is_simulated)
    for line in answer.lines:
        if _is_on_newer(line, case, rows[line.feature_id]):
            rows[line.feature_id] = _newer_round(case, seen)
        rule(rows[line.feature_id], line, seen=seen, reference=answer.reference)
    _store_references(case, answer)
    _store_questions(case, answer)
    move_on(case.pk, now=seen.at)
    tell_rulings(
        case, [(rows[line.feature_id], line.ruling, line.corrects) for line in answer.lines], seen=seen
    )
    if case.application_profile_id is None:
        for line in answer.lines:
            follow_business(rows[None], line.ruling, seen=seen)


def _newer_round(case: Case, seen: Seen) -> Decision:
    """The round on the newer version of the business profile; the earlier answer stood until now."""
    snapshot = BusinessSnapshot.objects.get(pk=case.newer_snapshot_id or 0)
    decision = open_round(case, snapshot=snapshot, state=DecisionState.PROCESSING, now=seen.at)
    Case.objects.filter(pk=case.pk).update(newer_snapshot=None)
    return decision


def rule(decision: Decision, line: Line, *, seen: Seen, reference: str) -> None:
    """Write one ruling into a decision whose case is locked, with its change row and, for a no, its refusal."""
    said = in_words(line.reason, line.text)
    if line.ruling in ACTIVITY_AFTER:
        before = decision.activity
        updates = _reason(line, seen) | {"waiting_since": seen.at}
        move(decision, ACTIVITY_AFTER[line.ruling], table=ACTIVITY, field="activity", **updates)
        note_activity(decision, before, seen=seen, reason=said)
        return
    before, to = decision.state, STATE_AFTER[line.ruling]
    updates = _reason(line, seen) | {"waiting_on": WAITS[to], "waiting_since": seen.at}
    if to != DecisionState.INFORMATION:
        updates |= {"decided_at": seen.at, "decided_by": seen.by, "remote_reference": reference}
        updates |= {"is_simulated": seen.is_simulated, "activity": Activity.ACTIVE, "expected_by": None}
    move(decision, to, table=DECISION, **updates)
    note_decision(decision, before, now=seen.at, source=seen.source, reason=said)
    if to == DecisionState.REJECTED:
        note_no(decision)


def _reason(line: Line, seen: Seen) -> dict[str, Any]:
    """What the applicant reads beside the state; a question is read in the dialogue instead."""
    keeps = line.ruling == Ruling.ASK
    return {
        "reason": "" if keeps else line.reason,
        "reason_text": "" if keeps else line.text,
        "updated_at": seen.at,
    }


def _store_references(case: Case, answer: Answer) -> None:
    """Fields of the first acceptance: what is there already stays."""
    if answer.operator_reference:
        Case.objects.filter(pk=case.pk, operator_reference="").update(
            operator_reference=answer.operator_reference
        )
    if answer.network_application_id and case.application_profile_id is not None:
        ApplicationStanding.objects.filter(
            profile_id=case.application_profile_id, network_application_id=""
        ).update(network_application_id=answer.network_application_id)


def _store_questions(case: Case, answer: Answer) -> None:
    """One message for each different question, however many features it is about."""
    for text in dict.fromkeys(line.text for line in answer.lines if line.ruling == Ruling.ASK):
        CaseMessage.objects.create(
            account_id=case.account_id,
            client_id=case.client_id,
            case=case,
            kind=MessageKind.QUESTION,
            text=text,
            by=answer.by,
        )
