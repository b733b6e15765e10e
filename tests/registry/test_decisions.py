"""The one door for what operators say: once, on what was seen, with everything that follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.history.enums import Source
from portal.history.models import Change, Refusal
from portal.notices.models import Notice
from registry.actions.answering import NothingAsked, answer_operator
from registry.enums import Activity, CheckState, DecisionState, MessageKind, Reason, Ruling, WaitingOn
from registry.models import Case, CaseMessage, Decision, Disclosure, OperatorAnswer, VettingCheck
from registry.sync.checks import Verdict, absorb_check, expire_checks
from registry.sync.decisions import Absorbed, Answer, Line, Outcome, absorb_decision
from tests.people import People, browser_of
from tests.registry.builders import make_snapshot
from tests.registry.desk_scene import Desks, add_strict, make_desks

APPLIED = Absorbed(Outcome.APPLIED)


@pytest.fixture
def desks(people: People) -> Desks:
    return make_desks(people)


def kinds() -> list[str]:
    return list(
        Notice.objects.exclude(kind__endswith="_submitted").order_by("pk").values_list("kind", flat=True)
    )


# --- Taking in ------------------------------------------------------------------------------------


def test_an_acceptance_is_written_with_its_history(desks: Desks) -> None:
    before, version = desks.decision(), desks.case(of_business=True).version
    assert desks.say(Ruling.ACCEPT, reference="r-1", source=Source.SYNC) == APPLIED
    row = desks.decision()
    assert (row.state, row.activity, row.remote_reference) == ("accepted", Activity.ACTIVE, "r-1")
    assert (row.waiting_on, row.expected_by) == (WaitingOn.NOBODY, None)
    assert row.decided_at is not None
    change = Change.objects.filter(object_type="registry.businessprofile", state_after="accepted").get()
    assert (change.axis, change.part, change.state_before) == ("decision", "Blue De DE", "processing")
    assert desks.case(of_business=True).version == version + 1
    assert before.round == row.round


def test_a_repeated_reference_counts_once(desks: Desks) -> None:
    desks.say(Ruling.REJECT, reference="r-1", reason=Reason.IDENTITY, text="Who are you?")
    desks.say(Ruling.ACCEPT, reference="r-2", corrects=True, text="We looked again.")
    again = desks.say(Ruling.REJECT, reference="r-1", corrects=True, reason=Reason.IDENTITY, text="x")
    assert again.outcome == Outcome.KNOWN
    assert desks.decision().state == DecisionState.ACCEPTED


def test_the_same_reference_of_two_operators_is_two_answers(desks: Desks) -> None:
    assert desks.say(Ruling.ACCEPT, desks.blue, reference="1").outcome == Outcome.APPLIED
    assert desks.say(Ruling.ACCEPT, desks.red, reference="1").outcome == Outcome.APPLIED


@pytest.mark.parametrize(
    ("change", "objection"),
    [({"round": 2}, "round"), ({"snapshot_id": 0}, "round"), ({"corrects": True}, "state")],
)
def test_what_was_said_of_something_else_changes_nothing(
    desks: Desks, change: dict[str, object], objection: str
) -> None:
    row = desks.decision()
    line = replace(Line(Ruling.ACCEPT, row.round, row.snapshot_id), **change)  # type: ignore[arg-type]
    assert absorb_decision(Answer(row.case_id, "late", (line,))) == Absorbed(Outcome.STALE, objection)
    assert desks.decision().state == DecisionState.PROCESSING
    kept = OperatorAnswer.objects.get()
    assert (kept.is_applied, kept.objection) == (False, objection)


def test_a_stale_page_changes_nothing(desks: Desks) -> None:
    assert desks.say(Ruling.ACCEPT, version=99) == Absorbed(Outcome.STALE, "version")
    assert desks.say(Ruling.ACCEPT, version=desks.case(of_business=True).version) == APPLIED


def test_an_answer_rules_on_all_its_lines_or_none(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT)
    desks.say(Ruling.ACCEPT, desks.blue, desks.swap)
    assert desks.say(Ruling.ACCEPT, desks.blue, desks.swap, desks.number).objection == "state"
    assert desks.decision(desks.blue, desks.number).state == DecisionState.PROCESSING


def test_a_refusal_keeps_the_operators_words(desks: Desks) -> None:
    desks.say(Ruling.REJECT, reason=Reason.IDENTITY, text="No such company.")
    refusal = Refusal.objects.get(object_type="registry.businessprofile")
    assert (refusal.said_by, refusal.code, refusal.text) == (
        "operator:blue-de",
        "identity",
        "No such company.",
    )
    assert refusal.submission == "round-1"
    assert desks.decision().waiting_on == WaitingOn.US


# --- What follows ---------------------------------------------------------------------------------


def test_an_accepted_organisation_starts_its_applications_at_that_operator_alone(desks: Desks) -> None:
    assert desks.decision(desks.blue, desks.swap).state == DecisionState.WAITING
    later = timezone.now()
    desks.say(Ruling.ACCEPT, desks.blue)
    for feature in (desks.swap, desks.number):
        row = desks.decision(desks.blue, feature)
        assert (row.state, row.waiting_on) == (DecisionState.PROCESSING, WaitingOn.OPERATOR)
        assert row.expected_by is not None
        assert row.expected_by - later == pytest.approx(timedelta(days=5), abs=timedelta(minutes=1))
    assert desks.decision(desks.red, desks.swap).state == DecisionState.WAITING
    given = Disclosure.objects.get(case=desks.case())
    assert {"feature:sim-swap", "feature:number-verification", "use_case"} <= set(given.fields)


def test_a_rejected_organisation_closes_its_applications_with_that_reason(desks: Desks) -> None:
    desks.say(Ruling.REJECT, reason=Reason.IDENTITY, text="No such company.")
    row = desks.decision(desks.blue, desks.swap)
    assert (row.state, row.reason, row.reason_text) == ("rejected", "identity", "No such company.")
    assert Refusal.objects.filter(object_type="registry.applicationprofile").count() == 2
    assert desks.decision(desks.red, desks.swap).state == DecisionState.WAITING


def test_an_organisation_rejected_later_closes_what_was_accepted_too(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT)
    desks.say(Ruling.ACCEPT, desks.blue, desks.swap)
    desks.say(Ruling.SUSPEND, desks.blue, desks.swap, reason=Reason.MISUSE, text="Stop.")
    desks.say(Ruling.REJECT, corrects=True, reason=Reason.IDENTITY, text="Wrong company.")
    for feature in (desks.swap, desks.number):
        row = desks.decision(desks.blue, feature)
        assert (row.state, row.activity, row.reason) == ("rejected", Activity.ACTIVE, "identity")
    told = Notice.objects.get(object_type="registry.applicationprofile", kind="registry.rejected")
    assert told.values["about"] == "Sim Swap"  # who still waited reads it at the profile


def test_a_page_offers_production_only_while_both_levels_are_in_force(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT)
    desks.say(Ruling.ACCEPT, desks.blue, desks.swap)
    path = reverse("registry:application_profile", args=[desks.people.account.pk, desks.profile.pk])
    offered, browser = "You can link it to a Vonage application", browser_of(desks.people.member)
    assert offered in browser.get(path).content.decode()
    desks.say(Ruling.SUSPEND, reason=Reason.MISUSE, text="Stop.")
    text = browser.get(path).content.decode()
    assert offered not in text
    assert "both in force; none does at the moment" in text


def test_a_rejected_newer_version_closes_what_was_accepted_on_the_earlier_one(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT)
    desks.say(Ruling.ACCEPT, desks.blue, desks.swap)
    newer, case = make_snapshot(desks.business, version=2, by=desks.people.member), desks.decision().case
    Case.objects.filter(pk=case.pk).update(newer_snapshot=newer)
    no = Line(Ruling.REJECT, 2, newer.pk, reason=Reason.IDENTITY, text="Who is that?")
    assert absorb_decision(Answer(case.pk, "on-2", (no,))) == APPLIED
    assert desks.decision(desks.blue, desks.swap).state == DecisionState.REJECTED


def test_an_acceptance_that_only_the_organisation_lost_is_asked_anew(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT)
    desks.say(Ruling.REJECT, desks.blue, desks.swap, reason=Reason.PURPOSE, text="No.")
    desks.say(Ruling.ACCEPT, desks.blue, desks.swap, corrects=True, text="Yes.")
    desks.say(Ruling.REJECT, corrects=True, reason=Reason.MISTAKE, text="Wrong company.")
    desks.say(Ruling.ACCEPT, corrects=True, text="Right after all.")
    row = desks.decision(desks.blue, desks.swap)
    assert (row.state, row.round) == (DecisionState.PROCESSING, 2)
    open_notices = Notice.objects.filter(kind="registry.rejected", resolved_at=None)
    assert not open_notices.filter(object_type="registry.applicationprofile").exists()


def test_a_corrected_no_asks_anew_what_only_it_had_closed(desks: Desks) -> None:
    desks.say(Ruling.REJECT, reason=Reason.IDENTITY, text="No such company.")
    desks.say(Ruling.ACCEPT, corrects=True, text="We had mixed you up.")
    for feature in (desks.swap, desks.number):
        row = desks.decision(desks.blue, feature)
        assert (row.state, row.round) == (DecisionState.PROCESSING, 2)
    assert kinds()[-1] == "registry.corrected"


def test_a_corrected_no_leaves_what_was_ruled_on_itself(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT)
    desks.say(Ruling.REJECT, desks.blue, desks.swap, reason=Reason.PURPOSE, text="No.")
    desks.say(Ruling.REJECT, corrects=True, reason=Reason.MISTAKE, text="Wrong company.")
    desks.say(Ruling.ACCEPT, corrects=True, text="Right after all.")
    assert desks.decision(desks.blue, desks.swap).round == 1
    assert desks.decision(desks.blue, desks.number).round == 2


def test_the_first_acceptance_names_the_references_and_later_ones_keep_them(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT, operator_reference="B-7")
    assert desks.case(of_business=True).operator_reference == "B-7"
    desks.say(Ruling.ACCEPT, desks.blue, desks.swap, network_application_id="net-1", operator_reference="A-1")
    desks.say(
        Ruling.ACCEPT, desks.blue, desks.number, network_application_id="net-2", operator_reference="A-2"
    )
    desks.profile.standing.refresh_from_db()
    assert desks.profile.standing.network_application_id == "net-1"
    assert desks.case().operator_reference == "A-1"


def test_the_first_acceptance_says_what_comes_next_and_features_share_a_notice(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT, desks.blue)
    desks.say(Ruling.ACCEPT, desks.red)
    desks.say(Ruling.ACCEPT, desks.blue, desks.swap, desks.number)
    desks.say(Ruling.ACCEPT, desks.red, desks.swap)
    assert kinds() == [
        "registry.business_accepted",
        "registry.business_accepted",
        "registry.first_accepted",
        "registry.accepted",
    ]
    first = Notice.objects.get(kind="registry.first_accepted")
    assert first.values["about"] == "Sim Swap, Number Verification"
    assert first.deliveries.filter(user=desks.people.member).exists()


# --- In force or not ------------------------------------------------------------------------------


def test_suspending_revoking_and_reinstating_leave_the_approval(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT)
    desks.say(Ruling.ACCEPT, desks.blue, desks.swap)
    for ruling, activity in (
        (Ruling.SUSPEND, Activity.SUSPENDED),
        (Ruling.REINSTATE, Activity.ACTIVE),
        (Ruling.REVOKE, Activity.REVOKED),
        (Ruling.REINSTATE, Activity.ACTIVE),
    ):
        desks.say(ruling, desks.blue, desks.swap, reason=Reason.MISUSE, text="Because.")
        row = desks.decision(desks.blue, desks.swap)
        assert (row.state, row.activity) == (DecisionState.ACCEPTED, activity)
    seen = Change.objects.filter(object_type="registry.applicationprofile", part="Blue De DE · Sim Swap")
    assert list(seen.order_by("pk").values_list("state_after", flat=True))[-4:] == [
        "suspended",
        "active",
        "revoked",
        "active",
    ]
    assert kinds()[-4:] == [
        "registry.suspended",
        "registry.reinstated",
        "registry.revoked",
        "registry.reinstated",
    ]


def test_a_corrected_acceptance_is_not_suspended_any_more(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT)
    desks.say(Ruling.SUSPEND, reason=Reason.MISUSE, text="Stop.")
    assert desks.say(Ruling.REJECT, corrects=True, reason=Reason.MISTAKE, text="Never meant.") == APPLIED
    row = desks.decision()
    assert (row.state, row.activity) == (DecisionState.REJECTED, Activity.ACTIVE)


# --- Asking and answering -------------------------------------------------------------------------


def test_the_clock_stands_still_until_the_applicant_answers(desks: Desks) -> None:
    due = desks.decision().expected_by
    desks.say(Ruling.ASK, text="Which data do you keep?")
    asked = desks.decision()
    assert (asked.state, asked.waiting_on) == (DecisionState.INFORMATION, WaitingOn.US)
    assert CaseMessage.objects.get().kind == MessageKind.QUESTION
    Decision.objects.filter(pk=asked.pk).update(waiting_since=timezone.now() - timedelta(days=3))
    people = desks.people
    answer_operator(people.scope(people.member), desks.case(of_business=True), "None.", actor=people.member)
    row = desks.decision()
    assert (row.state, row.waiting_on) == (DecisionState.PROCESSING, WaitingOn.OPERATOR)
    assert due is not None
    assert row.expected_by is not None
    assert row.expected_by - due == pytest.approx(timedelta(days=3), abs=timedelta(minutes=1))
    with pytest.raises(NothingAsked):
        answer_operator(people.scope(people.member), desks.case(of_business=True), "x", actor=people.member)


def test_one_question_about_two_features_is_one_message(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT)
    desks.say(Ruling.ASK, desks.blue, desks.swap, desks.number, text="Why?")
    assert list(CaseMessage.objects.values_list("text", flat=True)) == ["Why?"]


# --- A newer version ------------------------------------------------------------------------------


def test_an_earlier_decision_stands_until_the_newer_version_is_answered(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT)
    newer = make_snapshot(desks.business, version=2, by=desks.people.member)
    case = desks.case(of_business=True)
    Case.objects.filter(pk=case.pk).update(newer_snapshot=newer)
    assert desks.decision().round == 1
    line = Line(Ruling.ACCEPT, 2, newer.pk)
    assert absorb_decision(Answer(case.pk, "on-2", (line,))) == APPLIED
    row = desks.decision()
    assert (row.round, row.snapshot, row.state) == (2, newer, DecisionState.ACCEPTED)
    assert desks.case(of_business=True).newer_snapshot is None


# --- Vetting --------------------------------------------------------------------------------------


def test_an_operator_that_requires_vetting_cannot_accept_before_it_passed(desks: Desks) -> None:
    strict = add_strict(desks)
    assert desks.say(Ruling.ACCEPT, strict, reference="1") == Absorbed(Outcome.HELD, "vetting")
    assert absorb_check(Verdict(VettingCheck.objects.get().pk, passed=True)) == APPLIED
    assert desks.say(Ruling.ACCEPT, strict, reference="1") == APPLIED
    assert "registry.vetting_passed" in kinds()


def test_a_failed_vetting_counts_as_rejected_with_that_reason(desks: Desks) -> None:
    strict = add_strict(desks)
    check = VettingCheck.objects.get()
    assert absorb_check(Verdict(check.pk, passed=False, text="No such address.")) == APPLIED
    row = desks.decision(strict)
    assert (row.state, row.reason) == (DecisionState.REJECTED, Reason.VETTING_FAILED)
    assert desks.decision(strict, desks.swap).reason == Reason.VETTING_FAILED
    assert absorb_check(Verdict(check.pk, passed=True)).outcome == Outcome.STALE


def test_an_expired_vetting_keeps_what_was_decided_and_is_told_once(desks: Desks) -> None:
    strict, now = add_strict(desks), timezone.now()
    check = VettingCheck.objects.get()
    absorb_check(Verdict(check.pk, passed=True, expires_at=now + timedelta(days=20)))
    desks.say(Ruling.ACCEPT, strict)
    for _again in range(2):
        assert expire_checks(now) == 0
    assert expire_checks(now + timedelta(days=21)) == 1
    assert expire_checks(now + timedelta(days=21)) == 0
    check.refresh_from_db()
    assert check.state == CheckState.EXPIRED
    assert desks.decision(strict).state == DecisionState.ACCEPTED
    assert [kind for kind in kinds() if "expir" in kind] == [
        "registry.vetting_expiring",
        "registry.vetting_expired",
    ]


def test_what_is_simulated_is_labelled(desks: Desks) -> None:
    desks.say(Ruling.ACCEPT, is_simulated=True)
    assert desks.decision().is_simulated
    assert OperatorAnswer.objects.get().is_simulated
    assert Notice.objects.get(kind="registry.business_accepted").values["simulated"] == "[simulated] "
