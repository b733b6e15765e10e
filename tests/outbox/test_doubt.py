"""Doubt ends: adopted, proven absent, or in front of a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.notices.models import Notice
from portal.outbox import calls, claims, engine
from portal.outbox.endings import complete
from portal.outbox.enums import OperationState as S
from portal.outbox.kinds import kind_of
from portal.outbox.locks import current_sender
from portal.outbox.looking import settle_time
from portal.outbox.models import Operation
from portal.vonage.outcomes import Outcome
from tendlc.enums import NumberState
from tendlc.sync import walk_key
from tests.outbox.conftest import (
    BRAND,
    NOT_UNIQUE,
    Desk,
    end_key_pauses,
    operation_of,
    run,
    run_until,
)

pytestmark = [pytest.mark.django_db, pytest.mark.processes]


def test_a_request_lost_twice_goes_to_a_person(desk: Desk) -> None:
    brand = desk.brand()
    desk.fault("create_brand", "close", when="before", count=2)
    run()
    operation = operation_of(brand)
    assert (operation.state, operation.waiting_for, operation.attempt_count) == (S.REVIEW, "absent", 2)
    assert desk.effects("create_brand") == 0
    assert Notice.objects.filter(kind="outbox.review").count() == 1


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


def test_not_unique_after_an_attempt_of_ours_is_evidence(desk: Desk) -> None:
    """The first request arrives late: the second is told that the brand exists, which is ours."""
    brand = desk.brand()
    desk.fault("create_brand", "close", when="before")
    run_until(lambda: operation_of(brand).attempt_count == 1 and operation_of(brand).state == S.READY)
    desk.fault("create_brand", "status", when="after", code=422, body=NOT_UNIQUE)
    run()
    assert (operation_of(brand).state, desk.effects("create_brand")) == (S.APPLIED, 1)


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
            state=S.UNKNOWN,
            sender="",
            settle_at=long_ago,
            vain_since=long_ago,
            next_attempt_at=timezone.now(),
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
    end_key_pauses()
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


def test_a_number_on_its_way_out_does_not_prove_a_link(desk: Desk) -> None:
    """It was linked again while an earlier unlinking went on; the request was lost, and the unlinking ended."""
    link = desk.number()
    run()
    place = {"campaign_id": link.campaign.remote_id, "number": link.number}
    operation = operation_of(link)
    kind, api = kind_of(operation), calls.open_api(desk.api_key)
    desk.simulator.control("status", {**place, "status": "UNLINKING"})
    before = kind.look(operation, api)
    desk.simulator.control("status", {**place, "status": "UNLINKED"})
    after = kind.look(operation, api)
    assert (before.found, after.found) == ((), ())
    assert before.is_standing
    assert [one.remote_id for one in (*before.possible, *after.possible)] == [
        f"{link.number}@UNLINKING",
        f"{link.number}@UNLINKED",
    ]
