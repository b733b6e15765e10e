"""When a person is asked: after a day of looking in vain, not after a day of waiting; and each time anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.notices.models import Notice
from portal.outbox import actions, claims
from portal.outbox.endings import complete
from portal.outbox.enums import OperationState as S
from portal.outbox.locks import current_sender
from portal.outbox.models import Operation
from portal.outbox.words import standing
from portal.vonage.outcomes import Outcome
from tests.outbox.conftest import Desk, operation_of, run

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
LONG_AGO = timedelta(days=2)


def no_whole_list(desk: Desk) -> None:
    desk.fault("list_brands", "alter", when="after", count=99, set={"total_items": 7})


def due(operation: Operation, **values: object) -> None:
    """Have it worked on now."""
    Operation.objects.filter(pk=operation.pk).update(next_attempt_at=timezone.now(), **values)


@pytest.fixture
def lost(desk: Desk) -> Operation:
    """Sent, and its answer lost two days ago."""
    operation, sender = operation_of(desk.brand()), current_sender()
    assert sender is not None
    complete(claims.claim(operation, sender, []), Outcome.UNKNOWN)
    due(operation, state=S.UNKNOWN, sender="", settle_at=timezone.now() - LONG_AGO)
    return operation_of_pk(operation)


def operation_of_pk(operation: Operation) -> Operation:
    return Operation.objects.select_related("api_key").get(pk=operation.pk)


class TestOfAReadyOne:
    @pytest.fixture
    def old(self, desk: Desk, settings: Settings) -> Operation:
        """Asked for two days ago, and held until now."""
        settings.OUTBOX_HELD_RETRY_SECONDS = 60
        operation = operation_of(desk.brand())
        due(operation, created_at=timezone.now() - LONG_AGO)
        return operation

    def test_its_first_look_in_vain_is_not_its_last(self, desk: Desk, old: Operation) -> None:
        no_whole_list(desk)
        run()
        old.refresh_from_db()
        assert (old.state, old.waiting_for) == (S.READY, "incomplete_list")

    def test_after_a_day_the_person_reads_that_nothing_was_sent(self, desk: Desk, old: Operation) -> None:
        no_whole_list(desk)
        due(old, vain_since=timezone.now() - LONG_AGO)
        run()
        old.refresh_from_db()
        assert (old.state, old.waiting_for, old.attempt_count) == (S.REVIEW, "cannot_send", 0)
        assert "Nothing was sent" in standing(old).text

    def test_a_decision_begins_the_day_anew_and_a_second_review_is_told(
        self, desk: Desk, old: Operation
    ) -> None:
        no_whole_list(desk)
        for _ in range(2):
            due(old, vain_since=timezone.now() - LONG_AGO)
            run()
            old.refresh_from_db()
            assert old.state == S.REVIEW
            assert sum(one.is_open for one in Notice.objects.filter(kind="outbox.review")) == 1
            actions.confirm_absent(desk.scope, old, actor=desk.scope.user)
            run()
            old.refresh_from_db()
            assert (old.state, old.waiting_for) == (S.READY, "incomplete_list")
        assert Notice.objects.filter(kind="outbox.review").count() == 2

    def test_a_look_that_told_ends_the_count(self, desk: Desk, lost: Operation, settings: Settings) -> None:
        settings.OUTBOX_LOOK_SECONDS = 60
        due(lost, vain_since=timezone.now() - timedelta(hours=1))
        run()
        lost.refresh_from_db()
        assert (lost.state, lost.absences, lost.vain_since) == (S.UNKNOWN, 1, None)

    @pytest.mark.parametrize("code", [404, 500])
    def test_after_a_day_of_looks_that_fail_a_person_is_asked(
        self, desk: Desk, old: Operation, code: int
    ) -> None:
        desk.fault("list_brands", "html", when="before", count=2, code=code)
        run()
        old.refresh_from_db()
        assert (old.state, old.waiting_for) == (S.READY, "answer_lost")
        due(old, vain_since=timezone.now() - LONG_AGO)
        run()
        old.refresh_from_db()
        assert (old.state, old.waiting_for, old.attempt_count) == (S.REVIEW, "cannot_send", 0)
        assert Notice.objects.filter(kind="outbox.review").count() == 1

    def test_id_that_nobody_can_ask_for_is_a_person_s_after_a_day(
        self, desk: Desk, settings: Settings
    ) -> None:
        settings.OUTBOX_HELD_RETRY_SECONDS = 60
        campaign = desk.edited_campaign()
        type(campaign).objects.update(remote_id="..")
        operation = operation_of(campaign)
        run()
        operation.refresh_from_db()
        assert (operation.state, operation.waiting_for) == (S.READY, "unusable_id")
        due(operation, vain_since=timezone.now() - LONG_AGO)
        run()
        operation.refresh_from_db()
        assert (operation.state, operation.waiting_for) == (S.REVIEW, "cannot_send")

    def test_key_that_moved_is_a_person_s_after_a_day(self, desk: Desk, old: Operation) -> None:
        type(desk.api_key).objects.update(host="https://elsewhere.example")
        due(old, vain_since=timezone.now() - LONG_AGO)
        run()
        old.refresh_from_db()
        assert (old.state, old.waiting_for, old.attempt_count) == (S.REVIEW, "cannot_send", 0)

    def test_one_that_is_told_to_slow_down_goes_on_waiting(self, desk: Desk, old: Operation) -> None:
        desk.fault("list_brands", "status", when="before", code=429)
        due(old, vain_since=timezone.now() - LONG_AGO)
        run()
        old.refresh_from_db()
        assert (old.state, old.waiting_for) == (S.READY, "throttled")

    def test_it_can_be_sent_after_a_look_that_told(self, desk: Desk, old: Operation) -> None:
        due(old, vain_since=timezone.now() - LONG_AGO)
        run()
        old.refresh_from_db()
        assert (old.state, old.vain_since) == (S.APPLIED, None)


class TestOfARefusedKey:
    @pytest.fixture
    def refused(self, desk: Desk, lost: Operation) -> Operation:
        type(desk.api_key).objects.update(refused_at=timezone.now())
        return lost

    def test_its_page_names_the_key_and_vonage_is_not_asked(self, desk: Desk, refused: Operation) -> None:
        before = len(desk.simulator.ledger())
        run()
        row = operation_of_pk(refused)
        assert (row.state, row.next_attempt_at > timezone.now()) == (S.UNKNOWN, True)
        assert "Vonage refuses the API key" in standing(row).next_step
        assert len(desk.simulator.ledger()) == before

    def test_after_a_day_a_person_is_asked(self, desk: Desk, refused: Operation) -> None:
        due(refused, vain_since=timezone.now() - LONG_AGO)
        run()
        refused.refresh_from_db()
        assert (refused.state, refused.waiting_for) == (S.REVIEW, "key_refused")

    def test_deactivating_it_asks_a_person_at_once(self, desk: Desk, refused: Operation) -> None:
        type(desk.api_key).objects.update(is_active=False)
        run()
        refused.refresh_from_db()
        assert (refused.state, refused.waiting_for) == (S.REVIEW, "key_inactive")

    def test_releasing_it_looks_at_once_with_a_day_to_go(
        self, desk: Desk, refused: Operation, settings: Settings
    ) -> None:
        settings.OUTBOX_LOOK_SECONDS = 60
        due(refused, vain_since=timezone.now() - timedelta(hours=23))
        run()
        actions.release_key(desk.api_key)
        no_whole_list(desk)
        run()
        refused.refresh_from_db()
        assert refused.state == S.UNKNOWN
        assert refused.vain_since is not None
        assert timezone.now() - refused.vain_since < timedelta(minutes=1)
