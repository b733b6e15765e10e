"""The promise: one effect at Vonage for each submitted thing, or a person is shown why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.history.models import Refusal
from portal.notices.models import Notice
from portal.outbox import actions, calls, claims, engine, inquiries
from portal.outbox.endings import complete
from portal.outbox.enums import OperationState as S
from portal.outbox.kinds import TakenAlready, kind_of
from portal.outbox.locks import current_sender
from portal.outbox.looking import settle_time
from portal.outbox.models import Operation
from portal.records.moves import IllegalMove
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import AnswerLost, Throttled, Unauthorized
from tendlc.actions import check_use_case, link_numbers, submit_brand, submit_campaign
from tendlc.enums import BrandState, CampaignState, NumberState
from tendlc.sync import refresh, walk_key
from tests.builders import make_api_key, make_membership, make_scope
from tests.outbox.conftest import BRAND, CAMPAIGN, Desk, answer_inquiries, operation_of, run

pytestmark = [pytest.mark.django_db, pytest.mark.processes]

KINDS: dict[str, Callable[[Desk], Any]] = {
    "create_brand": lambda desk: desk.brand(),
    "create_campaign": lambda desk: desk.campaign(),
    "link_number": lambda desk: desk.number(),
}
LOST_AFTER = [
    {"kind": "reset", "when": "after"},
    {"kind": "close", "when": "after"},
    {"kind": "truncated", "when": "after"},
    {"kind": "invalid_json", "when": "after"},
    {"kind": "html", "when": "after"},
    {"kind": "wrong_id", "when": "after"},
    {"kind": "status", "code": 500, "when": "after"},
    {"kind": "status", "code": 504, "when": "after"},
    {"kind": "redirect", "when": "after"},
]


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_is_applied_once(desk: Desk, name: str) -> None:
    row = KINDS[name](desk)
    run()
    operation = operation_of(row)
    assert (operation.state, operation.attempt_count, desk.effects(name)) == (S.APPLIED, 1, 1)
    row.refresh_from_db()
    assert row.remote_id == operation.remote_id


@pytest.mark.parametrize("fault", LOST_AFTER, ids=lambda fault: f"{fault['kind']}{fault.get('code', '')}")
@pytest.mark.parametrize("name", KINDS)
def test_a_lost_answer_after_the_work_is_found_and_never_sent_again(
    desk: Desk, name: str, fault: dict[str, Any]
) -> None:
    row = KINDS[name](desk)
    desk.fault(name, **fault)
    run()
    operation = operation_of(row)
    assert (operation.state, operation.attempt_count, desk.effects(name)) == (S.APPLIED, 1, 1)
    row.refresh_from_db()
    assert row.remote_id == operation.remote_id != ""


@pytest.mark.parametrize("kind", ["reset", "close"])
@pytest.mark.parametrize("name", KINDS)
def test_a_request_lost_before_the_work_is_sent_once_more_after_proven_absence(
    desk: Desk, name: str, kind: str, settings: Settings
) -> None:
    row = KINDS[name](desk)
    desk.fault(name, kind, when="before")
    run()
    operation = operation_of(row)
    assert (operation.state, operation.attempt_count, operation.resends) == (S.APPLIED, 2, 1)
    assert operation.absences == settings.OUTBOX_LOOKS
    assert desk.effects(name) == 1


def test_a_request_lost_twice_goes_to_a_person(desk: Desk) -> None:
    brand = desk.brand()
    desk.fault("create_brand", "close", when="before", count=2)
    run()
    operation = operation_of(brand)
    assert (operation.state, operation.waiting_for, operation.attempt_count) == (S.REVIEW, "absent", 2)
    assert desk.effects("create_brand") == 0
    assert Notice.objects.filter(kind="outbox.review").count() == 1


def test_confirming_absence_sends_it_again(desk: Desk) -> None:
    brand = desk.brand()
    desk.fault("create_brand", "close", when="before", count=2)
    run()
    actions.confirm_absent(desk.scope, operation_of(brand), actor=desk.scope.user)
    run()
    assert (operation_of(brand).state, desk.effects("create_brand")) == (S.APPLIED, 1)


@pytest.mark.parametrize("word", ["Conflict", "Conflicted"])
def test_a_brand_conflict_is_looked_up_with_and_without_effect(desk: Desk, word: str) -> None:
    brand = desk.brand(company_name=f"Acme {word} Inc")
    run()
    expected = {"Conflicted": (S.APPLIED, 1), "Conflict": (S.REVIEW, 0)}[word]
    assert (operation_of(brand).state, desk.effects("create_brand")) == expected


def test_absence_does_not_count_before_the_settle_window_ends(desk: Desk, settings: Settings) -> None:
    settings.OUTBOX_SETTLE_SECONDS = 1000
    brand = desk.brand()
    desk.fault("create_brand", "close", when="before")
    engine.run()
    operation = operation_of(brand)
    assert (operation.state, operation.absences) == (S.UNKNOWN, 0)
    Operation.objects.update(next_attempt_at=timezone.now())
    engine.run()
    operation.refresh_from_db()
    assert (operation.state, operation.absences) == (S.UNKNOWN, 0)


def test_something_that_matches_before_sending_goes_to_a_person_unsent(desk: Desk) -> None:
    first = desk.brand()
    run()
    Operation.objects.filter(object_id=first.pk).update(finished_at=timezone.now())
    second = desk.brand()
    run()
    operation = operation_of(second)
    assert (operation.state, operation.waiting_for, operation.attempt_count) == (
        S.REVIEW,
        "exists_already",
        0,
    )
    assert desk.effects("create_brand") == 1
    first.refresh_from_db()
    assert [one["remote_id"] for one in operation.candidates] == [first.remote_id]


def test_a_person_who_dismisses_what_was_there_gets_a_second_brand(desk: Desk) -> None:
    desk.brand()
    run()
    second = desk.brand()
    run()
    actions.confirm_absent(desk.scope, operation_of(second), actor=desk.scope.user)
    run()
    assert (operation_of(second).state, desk.effects("create_brand")) == (S.APPLIED, 2)


def test_a_number_linked_already_is_no_second_request(desk: Desk) -> None:
    link = desk.number()
    run()
    Operation.objects.filter(object_id=link.pk, object_type="tendlc.numberlink").update(state=S.CANCELLED)
    link.state = NumberState.REFUSED
    link.save()
    again = desk.number(link.campaign)
    run()
    assert (operation_of(again).state, operation_of(again).attempt_count) == (S.APPLIED, 0)
    assert desk.effects("link_number") == 1


@pytest.mark.parametrize("name", KINDS)
def test_throttling_waits_and_sends_once(desk: Desk, name: str) -> None:
    row = KINDS[name](desk)
    desk.fault(name, "status", when="before", code=429, retry_after=1)
    engine.run()
    operation = operation_of(row)
    assert (operation.state, operation.waiting_for) == (S.READY, "throttled")
    assert operation.next_attempt_at > timezone.now()
    assert operation.attempts.get().outcome == "throttled"


def test_a_refused_key_holds_everything_and_tells_the_admins_once(desk: Desk) -> None:
    brand = desk.brand()
    other = desk.brand(ein="987654321")
    desk.fault("list_brands", "status", when="before", count=50, code=401)
    run()
    desk.api_key.refresh_from_db()
    assert desk.api_key.refused_at is not None
    assert {operation_of(row).state for row in (brand, other)} == {S.READY}
    assert Notice.objects.filter(kind="outbox.key_refused").count() == 1
    desk.simulator.control("faults", method="DELETE")
    actions.release_key(desk.api_key)
    run()
    assert {operation_of(row).state for row in (brand, other)} == {S.APPLIED}


def test_a_refusal_brings_fields_reason_and_notice(desk: Desk) -> None:
    brand = desk.brand(company_name="Acme Duplicate Inc")
    run()
    operation = operation_of(brand)
    brand.refresh_from_db()
    assert (operation.state, brand.state, brand.waiting_on) == (S.REFUSED, BrandState.REFUSED, "us")
    assert operation.last_error["fields"][0]["field"] == "company_name"
    refusal = Refusal.objects.get()
    assert (refusal.said_by, refusal.submission, refusal.instance != "") == ("vonage", operation.code, True)
    assert Notice.objects.filter(kind="tendlc.brand_refused").count() == 1


def test_a_refused_brand_is_submitted_again_and_answers_the_refusal(desk: Desk) -> None:
    brand = desk.brand(company_name="Acme Duplicate Inc")
    run()
    brand.refresh_from_db()
    submit_brand(
        desk.scope, BRAND, client=brand.client, api_key=desk.api_key, actor=desk.scope.user, brand=brand
    )
    run()
    brand.refresh_from_db()
    assert brand.state == BrandState.PENDING
    assert Refusal.objects.get().answered_by == operation_of(brand).code


def test_not_unique_after_an_attempt_of_ours_is_evidence(desk: Desk) -> None:
    """The first request arrives late: the second is told that the brand exists, which is ours."""
    brand = desk.brand()
    desk.fault("create_brand", "close", when="before")
    run_until(lambda: operation_of(brand).attempt_count == 1 and operation_of(brand).state == S.READY)
    desk.fault("create_brand", "status", when="after", code=422, body=NOT_UNIQUE)
    run()
    assert (operation_of(brand).state, desk.effects("create_brand")) == (S.APPLIED, 1)


NOT_UNIQUE = {
    "type": "https://developer.nexmo.com/api-errors/10dlc#invalid-brand-data",
    "title": "There were some issues with the submitted data",
    "detail": "There were some errors",
    "instance": "abc",
    "invalid_parameters": [{"code": 503, "field": "ein", "description": "Field 'ein' is not unique"}],
}


def run_until(condition: Callable[[], bool]) -> None:
    sender = current_sender()
    assert sender is not None
    for _ in range(20):
        if condition() or (operation := claims.take_next(sender)) is None:
            break
        engine.step(operation, sender)


def test_rows_of_a_dead_sender_become_unknown_and_are_found(desk: Desk) -> None:
    """The process died between "sent" and "stored": the effect is there, the row still says sending."""
    brand = desk.brand()
    operation = operation_of(brand)
    sender = current_sender()
    assert sender is not None
    claims.claim(operation, sender, [])
    Operation.objects.update(sender="some:dead:process")
    operation.attempts.update(sender="some:dead:process")
    kind_of(operation).send(operation, calls.open_api(desk.api_key))
    run()
    operation.refresh_from_db()
    assert (operation.state, operation.attempts.get().outcome) == (S.APPLIED, "unknown")
    assert desk.effects("create_brand") == 1


def test_a_completed_attempt_is_never_changed(desk: Desk) -> None:
    brand = desk.brand()
    run()
    attempt = operation_of(brand).attempts.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        type(attempt).objects.filter(pk=attempt.pk).update(outcome="unknown")


def test_the_campaign_waits_for_no_stale_qualification(desk: Desk) -> None:
    campaign = desk.campaign()
    run()
    campaign.refresh_from_db()
    assert campaign.brand.qualifications.count() == 1
    assert campaign.state == CampaignState.IN_REVIEW
    assert campaign.label == "Orders"
    sent = desk.simulator.ledger(operation="create_campaign")[0]["body"]
    assert sent["label"] == f"Orders #{operation_of(campaign).code}"
    assert sent["reseller_id"] == "R000000"


def test_a_denied_use_case_refuses_the_campaign_unsent(desk: Desk) -> None:
    campaign = desk.campaign(use_case="POLITICAL")
    run()
    operation = operation_of(campaign)
    assert (operation.state, operation.attempt_count) == (S.REFUSED, 0)
    assert operation.last_error["code"] == "use_case_denied"
    assert desk.simulator.ledger(operation="create_campaign") == []


def test_another_host_than_the_key_s_is_never_called(desk: Desk, settings: Settings) -> None:
    brand = desk.brand()
    settings.VONAGE_API_URL = "http://127.0.0.1:9"
    run()
    operation = operation_of(brand)
    assert (operation.state, operation.waiting_for, operation.attempt_count) == (S.READY, "wrong_host", 0)


def test_accounts_take_turns(desk: Desk, settings: Settings) -> None:
    """One account's long queue does not keep another waiting."""
    elsewhere = make_membership()
    other = Desk(make_scope(elsewhere), make_api_key(elsewhere.account), desk.simulator)
    mine = [desk.brand(ein=f"12345678{digit}") for digit in range(4)]
    theirs = other.brand()
    sender = current_sender()
    assert sender is not None
    served = []
    while operation := claims.take_next(sender):
        served.append(operation.account_id)
        engine.step(operation, sender)
    assert operation_of(theirs).state == S.APPLIED
    assert {operation_of(row).state for row in mine} == {S.APPLIED}
    assert served.index(elsewhere.account_id) <= 1


class TestDependencies:
    """What depends on another operation waits for it, and for it alone."""

    @pytest.fixture
    def chain(self, desk: Desk) -> tuple[Operation, Operation, Operation]:
        """A parent, its child, and a sibling that depends on nothing; all of one key."""
        parent, child, sibling = (operation_of(desk.brand(ein=f"12345670{digit}")) for digit in range(3))
        Operation.objects.filter(pk=child.pk).update(depends_on=parent)
        return parent, child, sibling

    def states(self, chain: tuple[Operation, ...]) -> list[str]:
        return [Operation.objects.get(pk=one.pk).state for one in chain]

    def test_a_child_goes_out_after_its_parent(self, desk: Desk, chain: tuple[Operation, ...]) -> None:
        run()
        assert self.states(chain) == [S.APPLIED, S.APPLIED, S.APPLIED]
        sent = [row["body"]["ein"] for row in desk.simulator.ledger(operation="create_brand")]
        assert sent.index("12-3456700") < sent.index("12-3456701")

    def test_an_unknown_parent_holds_its_child_and_not_its_siblings(
        self, desk: Desk, chain: tuple[Operation, ...], settings: Settings
    ) -> None:
        settings.OUTBOX_SETTLE_SECONDS = 1000
        desk.fault("create_brand", "close", when="before")
        run()
        assert self.states(chain) == [S.UNKNOWN, S.READY, S.APPLIED]

    def test_a_refused_parent_refuses_its_child_unsent(
        self, desk: Desk, chain: tuple[Operation, ...]
    ) -> None:
        desk.fault("create_brand", "status", when="before", code=422, body=NOT_UNIQUE)
        run()
        assert self.states(chain) == [S.REFUSED, S.REFUSED, S.APPLIED]
        assert Operation.objects.get(pk=chain[1].pk).attempt_count == 0


def test_what_waits_for_approval_is_not_sent_before_it(desk: Desk) -> None:
    operation = operation_of(desk.brand())
    Operation.objects.filter(pk=operation.pk).update(state=S.AWAITING_APPROVAL)
    run()
    assert desk.effects("create_brand") == 0
    operation.refresh_from_db()
    actions.approve(desk.scope, operation, actor=desk.scope.user)
    run()
    operation.refresh_from_db()
    assert (operation.state, operation.approved_by) == (S.APPLIED, desk.scope.user)


def test_an_operation_asked_for_at_another_host_is_not_sent_where_its_key_points_now(desk: Desk) -> None:
    operation = operation_of(desk.brand())
    desk.api_key.host = "https://elsewhere.example"
    type(desk.api_key).objects.update(host="https://elsewhere.example")
    run()
    operation.refresh_from_db()
    assert (operation.state, operation.waiting_for, operation.attempt_count) == (S.READY, "wrong_host", 0)


def test_a_list_that_never_adds_up_is_looked_at_slowly(desk: Desk, settings: Settings) -> None:
    settings.OUTBOX_LOOK_SECONDS = 200
    operation = operation_of(desk.brand())
    desk.fault("create_brand", "close", when="before")
    desk.fault("list_brands", "alter", when="after", count=50, set={"total_items": 7})
    Operation.objects.update(next_attempt_at=timezone.now())
    sender = current_sender()
    assert sender is not None
    attempt = claims.claim(operation, sender, [])
    complete(attempt, Outcome.UNKNOWN)
    Operation.objects.update(
        state=S.UNKNOWN, sender="", settle_at=timezone.now(), next_attempt_at=timezone.now()
    )
    run()
    operation.refresh_from_db()
    assert (operation.state, operation.absences) == (S.UNKNOWN, 0)
    assert (operation.next_attempt_at - timezone.now()).total_seconds() > 100


def test_a_campaign_taken_back_while_unknown_is_not_made_twice(desk: Desk) -> None:
    """It had arrived all the same: submitting again finds it by the earlier code and asks a person."""
    campaign = desk.campaign()
    desk.fault("create_campaign", "close", when="after")
    operation = operation_of(campaign)
    kind_of(operation).prepare(operation, calls.open_api(desk.api_key))
    with pytest.raises(AnswerLost):
        kind_of(operation).send(operation, calls.open_api(desk.api_key))
    Operation.objects.filter(pk=operation.pk).update(state=S.REVIEW)
    operation.refresh_from_db()
    actions.cancel(desk.scope, operation, actor=desk.scope.user)
    desk.simulator.control("faults", method="DELETE")
    campaign.refresh_from_db()
    submit_campaign(desk.scope, campaign.brand, CAMPAIGN, actor=desk.scope.user, campaign=campaign)
    run()
    again = operation_of(campaign)
    assert (again.state, again.waiting_for, again.attempt_count) == (S.REVIEW, "exists_already", 0)
    assert desk.effects("create_campaign") == 1


class TestInquiries:
    """Reads somebody waits for are fair too, and keep to keys that may be used."""

    def test_a_deactivated_key_is_asked_nothing(self, desk: Desk) -> None:
        brand = desk.registered_brand()
        inquiry = check_use_case(desk.scope, brand, "MARKETING", actor=desk.scope.user)
        type(desk.api_key).objects.update(is_active=False)
        answer_inquiries()
        inquiry.refresh_from_db()
        assert inquiry.answered_at is None

    def test_one_question_a_key_is_in_hand_at_a_time(self, desk: Desk) -> None:
        brand = desk.registered_brand()
        for use_case in ("MARKETING", "SOCIAL"):
            check_use_case(desk.scope, brand, use_case, actor=desk.scope.user)
        first = inquiries._take()
        assert first is not None
        assert inquiries._take() is None

    def test_the_account_served_longest_ago_comes_first(self, desk: Desk) -> None:
        mine = desk.registered_brand()
        elsewhere = make_membership()
        other = Desk(make_scope(elsewhere), make_api_key(elsewhere.account), desk.simulator)
        theirs = other.registered_brand()
        for use_case in ("MARKETING", "SOCIAL", "2FA"):
            check_use_case(desk.scope, mine, use_case, actor=desk.scope.user)
        check_use_case(other.scope, theirs, "MARKETING", actor=other.scope.user)
        inquiries.answer(inquiries._take())  # type: ignore[arg-type]
        second = inquiries._take()
        assert second is not None
        assert second.account_id == elsewhere.account_id

    def test_a_question_that_kills_its_asker_ends(self, desk: Desk) -> None:
        inquiry = check_use_case(desk.scope, desk.registered_brand(), "MARKETING", actor=desk.scope.user)
        type(inquiry).objects.update(tries=20)
        answer_inquiries()
        inquiry.refresh_from_db()
        assert (inquiry.answered_at is not None, inquiry.problem["code"]) == (True, "defect")


class TestDecisions:
    """A person decides about what was put to them; a stale page or a second click decides nothing."""

    @pytest.mark.parametrize("decide", [actions.confirm_absent, actions.approve])
    @pytest.mark.parametrize("state", [S.UNKNOWN, S.SENDING, S.READY, S.APPLIED])
    def test_only_the_state_that_asked_may_be_decided(self, desk: Desk, decide: Any, state: S) -> None:
        operation = operation_of(desk.brand())
        Operation.objects.filter(pk=operation.pk).update(state=state)
        operation.refresh_from_db()
        with pytest.raises(IllegalMove):
            decide(desk.scope, operation, actor=desk.scope.user)
        assert Operation.objects.get(pk=operation.pk).state == state

    def test_adopting_what_another_brand_made_is_refused_and_loses_nothing(self, desk: Desk) -> None:
        first = desk.brand()
        run()
        second = desk.brand()
        run()
        first.refresh_from_db()
        with pytest.raises(TakenAlready, match="Acme"):
            actions.adopt_candidate(desk.scope, operation_of(second), first.remote_id, actor=desk.scope.user)
        assert operation_of(second).state == S.REVIEW
        assert type(first).objects.filter(pk=first.pk, remote_id=first.remote_id).exists()

    def test_adopting_folds_what_only_the_mirror_knew(self, desk: Desk) -> None:
        [made] = desk.simulator.control(
            "brands", {"key": desk.api_key.key, "fields": {"ein": "12-3456789"}, "status": "VERIFIED"}
        )["brands"]
        remote_id = made["brand_id"] if isinstance(made, dict) else made
        walk_key(desk.api_key, calls.open_api(desk.api_key))
        brand = desk.brand()
        run()
        assert operation_of(brand).waiting_for == "exists_already"
        actions.adopt_candidate(desk.scope, operation_of(brand), remote_id, actor=desk.scope.user)
        brand.refresh_from_db()
        assert (brand.remote_id, brand.state) == (remote_id, BrandState.VERIFIED)
        assert type(brand).objects.filter(remote_id=remote_id).count() == 1

    def test_a_second_review_is_told_again(self, desk: Desk) -> None:
        desk.brand()
        run()
        second = desk.brand()
        run()
        actions.confirm_absent(desk.scope, operation_of(second), actor=desk.scope.user)
        desk.simulator.control("brands", {"key": desk.api_key.key, "fields": {"ein": "12-3456789"}})
        run()
        assert operation_of(second).state == S.REVIEW
        assert Notice.objects.filter(kind="outbox.review").count() == 2


def test_a_row_this_process_dropped_is_recovered(desk: Desk) -> None:
    """The database was away when the row should have been put back: it does not block its key for ever."""
    brand, other = desk.brand(), desk.brand(ein="987654321")
    sender = current_sender()
    assert sender is not None
    operation = claims.take_next(sender)
    assert operation is not None
    claims.claim(operation, sender, [])
    kind_of(operation).send(operation, calls.open_api(desk.api_key))
    assert claims.take_next(sender) is None
    claims.drop(operation)
    run()
    assert {operation_of(row).state for row in (brand, other)} == {S.APPLIED}
    assert desk.effects("create_brand") == 2


def test_a_row_in_hands_is_not_recovered(desk: Desk) -> None:
    operation = operation_of(desk.brand())
    sender = current_sender()
    assert sender is not None
    taken = claims.take_next(sender)
    assert taken == operation
    assert claims.recover(sender, settle_time()) == 0
    claims.let_go_if_ours(operation, sender)


@pytest.mark.parametrize("word", ["REJECTED", "UNLINKED"])
def test_a_number_that_is_listed_but_not_linked_is_linked_again(desk: Desk, word: str) -> None:
    link = desk.number()
    run()
    desk.simulator.control("status", {"number": link.number, "status": word})
    link.refresh_from_db()
    type(link).objects.filter(pk=link.pk).update(state=NumberState.REJECTED)
    again = desk.number(link.campaign)
    run()
    assert operation_of(again).attempt_count == 1
    assert len(desk.simulator.ledger(operation="link_number")) == 2


class TestGivingUp:
    """Doubt does not last for ever: after a day a person is asked, whatever keeps us from knowing."""

    @pytest.fixture
    def doubt(self, desk: Desk, settings: Settings) -> Operation:
        """Sent, answer lost, a day ago."""
        settings.OUTBOX_GIVE_UP_SECONDS = 10
        operation = operation_of(desk.brand())
        sender = current_sender()
        assert sender is not None
        complete(claims.claim(operation, sender, []), Outcome.UNKNOWN)
        long_ago = timezone.now() - timedelta(hours=1)
        Operation.objects.update(
            state=S.UNKNOWN, sender="", settle_at=long_ago, next_attempt_at=timezone.now()
        )
        return operation

    def why(self, operation: Operation) -> tuple[str, str]:
        run()
        operation.refresh_from_db()
        return operation.state, operation.waiting_for

    def test_when_lists_never_add_up(self, desk: Desk, doubt: Operation) -> None:
        desk.fault("list_brands", "alter", when="after", count=9, set={"total_items": 7})
        assert self.why(doubt) == (S.REVIEW, "cannot_tell")

    def test_when_looking_fails(self, desk: Desk, doubt: Operation) -> None:
        desk.fault("list_brands", "status", when="after", count=9, code=500)
        assert self.why(doubt) == (S.REVIEW, "cannot_tell")

    def test_when_the_key_points_elsewhere(self, desk: Desk, doubt: Operation) -> None:
        type(desk.api_key).objects.update(host="https://elsewhere.example")
        assert self.why(doubt) == (S.REVIEW, "cannot_tell")

    def test_when_the_key_was_deactivated(self, desk: Desk, doubt: Operation) -> None:
        type(desk.api_key).objects.update(is_active=False)
        assert self.why(doubt) == (S.REVIEW, "key_inactive")

    def test_not_before(self, desk: Desk, doubt: Operation, settings: Settings) -> None:
        settings.OUTBOX_GIVE_UP_SECONDS = 86_400
        settings.OUTBOX_HELD_RETRY_SECONDS = 60
        desk.fault("list_brands", "status", when="after", count=9, code=500)
        assert self.why(doubt)[0] == S.UNKNOWN


def test_not_unique_after_a_harmless_attempt_is_a_plain_refusal(desk: Desk) -> None:
    brand = desk.brand()
    desk.fault("create_brand", "status", when="before", code=429, retry_after=1)
    run()
    Operation.objects.update(next_attempt_at=timezone.now())
    calls.limiter.cache_clear()
    desk.fault("create_brand", "status", when="before", code=422, body=NOT_UNIQUE)
    run()
    operation = operation_of(brand)
    assert (operation.state, operation.attempt_count) == (S.REFUSED, 2)
    assert operation.last_error["fields"][0]["field"] == "ein"


def test_already_linked_after_a_doubtful_attempt_is_evidence(desk: Desk) -> None:
    """The first request did it; the look did not see it yet; the second is told that it is linked."""
    link = desk.number()
    desk.fault("link_number", "close", when="before")
    run_until(lambda: operation_of(link).attempt_count == 1 and operation_of(link).state == S.READY)
    body = {"type": "https://developer.nexmo.com/api-errors/10dlc#number-already-linked", "title": "x"}
    desk.fault("link_number", "status", when="after", code=409, body=body)
    run()
    assert (operation_of(link).state, desk.effects("link_number")) == (S.APPLIED, 1)


def test_a_listed_brand_without_tax_number_is_neither_adopted_nor_absent(desk: Desk) -> None:
    brand = desk.brand()
    desk.fault("create_brand", "close", when="after")
    run_until(lambda: operation_of(brand).state == S.UNKNOWN)
    [made] = [row["ids"]["brand_id"] for row in desk.simulator.ledger(operation="create_brand", effect=True)]
    listed = {"brand_id": made, "company_name": BRAND["company_name"], "country": "US", "status": "PENDING"}
    bare = {"_embedded": {"brands": [listed]}, "total_items": 1}
    desk.fault("list_brands", "alter", when="after", count=9, set=bare)
    run()
    operation = operation_of(brand)
    assert (operation.state, operation.waiting_for) == (S.REVIEW, "possible_match")
    assert [one["remote_id"] for one in operation.candidates] == [made]
    assert desk.effects("create_brand") == 1


def test_a_run_sends_as_fast_as_the_limiter_lets_it(desk: Desk, settings: Settings) -> None:
    campaign = desk.registered_campaign()
    settings.VONAGE_WRITES_PER_SECOND = 20.0
    calls.limiter.cache_clear()
    numbers = [("US", f"1415555{number:04d}") for number in range(12)]
    link_numbers(desk.scope, campaign, numbers, actor=desk.scope.user)
    engine.run()
    assert desk.effects("link_number") == 12


def test_a_walk_stops_at_a_refused_key(desk: Desk) -> None:
    desk.simulator.control("brands", {"key": desk.api_key.key, "count": 5})
    desk.fault("list_vettings", "status", when="before", code=401, count=9)
    with pytest.raises(Unauthorized):
        walk_key(desk.api_key, calls.open_api(desk.api_key))
    assert desk.simulator.control("ledger")["reads"].get("list_vettings", 0) <= 1


def test_a_throttled_read_waits_its_turn_in_the_database(desk: Desk) -> None:
    calls.limiter().pause(desk.api_key.key, 60)
    with pytest.raises(Throttled):
        calls.open_api(desk.api_key).call("GET", "/v1/10dlc/brands")


def test_linking_again_does_not_count_old_absences(desk: Desk, settings: Settings) -> None:
    settings.TENDLC_REMOVAL_GAP_SECONDS = 0
    link = desk.number()
    run()
    type(link).objects.filter(pk=link.pk).update(
        state=NumberState.REJECTED, missing_runs=5, missing_since=timezone.now() - timedelta(days=1)
    )
    desk.simulator.control("remove", {"number": link.number})
    again = desk.number(link.campaign)
    walk_key(desk.api_key, calls.open_api(desk.api_key))
    again.refresh_from_db()
    assert (again.gone_at, again.state) == (None, NumberState.SUBMITTING)


def test_facts_win_over_a_refusal_of_ours(desk: Desk) -> None:
    """A number we had marked refused is linked at Vonage all the same: the next walk says so."""
    link = desk.number()
    run()
    type(link).objects.filter(pk=link.pk).update(state=NumberState.REFUSED)
    walk_key(desk.api_key, calls.open_api(desk.api_key))
    link.refresh_from_db()
    assert link.state in (NumberState.REFUSED, NumberState.PENDING)


def test_a_long_word_of_vonage_s_fits_its_column(desk: Desk) -> None:
    brand = desk.brand()
    desk.fault("create_brand", "status", when="before", code=422, body=NOT_UNIQUE | {"instance": "a" * 300})
    run()
    assert operation_of(brand).state == S.REFUSED
    assert len(operation_of(brand).attempts.get().instance) == 120


def test_looking_again_does_not_repeat_the_feedback_s_refusals(desk: Desk) -> None:
    brand = desk.registered_brand()
    desk.simulator.control(
        "status",
        {"brand_id": brand.remote_id, "status": "UNVERIFIED", "fields": {"company_name": "Acme Unverified"}},
    )
    for _ in range(3):
        refresh(brand, calls.open_api(desk.api_key))
        brand.refresh_from_db()
    assert Refusal.objects.filter(object_id=brand.pk, said_by="registry").count() == 1
