"""An answer that came is never forgotten, however its storing ended: it is stored later, and nothing is sent again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.outbox import actions, calls, claims
from portal.outbox.endings import complete
from portal.outbox.enums import NOT_STORED, TAKEN
from portal.outbox.enums import OperationState as S
from portal.outbox.kinds import Found, kind_of
from portal.outbox.locks import current_sender
from portal.outbox.models import Operation
from portal.outbox.words import standing
from portal.records.moves import IllegalMove
from portal.vonage.outcomes import Outcome
from tendlc.actions import request_vetting
from tendlc.models import Brand, Vetting
from tests.outbox.conftest import Desk, operation_of, run
from tests.people import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.processes]


def die_before_storing(operation: Operation) -> Found:
    """Sent and answered, and the answer written to the attempt; then the process died."""
    sender = current_sender()
    assert sender is not None
    kind, api = kind_of(operation), calls.open_api(operation.api_key)
    seen = [found.remote_id for found in kind.look(operation, api).found]
    attempt = claims.claim(operation, sender, seen)
    found = kind.send(operation, api)
    assert complete(attempt, Outcome.APPLIED, found=found)
    Operation.objects.filter(pk=operation.pk).update(sender="some:dead:process")
    return found


def hide_brands(desk: Desk) -> None:
    """Vonage's list lags: it is whole, and does not show the brand yet."""
    nothing = {"_embedded": {"brands": []}, "total_items": 0}
    desk.fault("list_brands", "alter", when="after", count=99, set=nothing)


def new_vetting(brand: Brand, desk: Desk) -> Vetting:
    return request_vetting(desk.scope, brand, evp_id="AEGIS", vetting_class="STANDARD", actor=desk.scope.user)


def test_an_answer_that_was_not_stored_is_stored_though_the_list_lags(desk: Desk) -> None:
    brand = desk.brand()
    found = die_before_storing(operation_of(brand))
    hide_brands(desk)
    run()
    operation = operation_of(brand)
    brand.refresh_from_db()
    assert (operation.state, operation.attempt_count, operation.absences) == (S.APPLIED, 1, 0)
    assert (operation.remote_id, brand.remote_id) == (found.remote_id, found.remote_id)
    assert desk.effects("create_brand") == 1


def test_a_paid_vetting_keeps_its_own_id_beside_an_older_one(desk: Desk) -> None:
    brand = desk.registered_brand()
    desk.simulator.control("clock", {"advance": 1000})
    older = new_vetting(brand, desk)
    run()
    desk.simulator.control("clock", {"advance": 100_000})
    older.refresh_from_db()
    Vetting.objects.filter(pk=older.pk).update(state="scored")
    newer = new_vetting(brand, desk)
    found = die_before_storing(operation_of(newer))
    run()
    newer.refresh_from_db()
    assert found.remote_id not in ("", older.remote_id)
    assert (operation_of(newer).state, newer.remote_id) == (S.APPLIED, found.remote_id)
    assert desk.effects("order_vetting") == 2


@pytest.mark.parametrize("why", ["deactivated", "refused"])
def test_it_is_stored_though_the_key_may_not_be_used_any_more(desk: Desk, why: str) -> None:
    brand = desk.brand()
    die_before_storing(operation_of(brand))
    hindered = {"is_active": False} if why == "deactivated" else {"refused_at": timezone.now()}
    type(desk.api_key).objects.update(**hindered)
    run()
    assert operation_of(brand).state == S.APPLIED


class TestThatCannotBeStored:
    """A defect strikes each time: each try fails, and in the end a person is asked."""

    @pytest.fixture
    def stuck(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Operation:
        operation = operation_of(desk.brand())
        die_before_storing(operation)

        def broken(*_: object) -> None:
            raise RuntimeError("a defect of ours")

        monkeypatch.setattr(kind_of(operation), "applied", broken)
        return operation

    def test_its_page_says_that_vonage_has_done_it(self, desk: Desk, stuck: Operation) -> None:
        run()
        stuck.refresh_from_db()
        assert (stuck.state, stuck.waiting_for) == (S.UNKNOWN, NOT_STORED)
        assert stuck.next_attempt_at > timezone.now()
        assert "Vonage has done it" in standing(stuck).text
        assert desk.effects("create_brand") == 1

    def test_a_person_may_adopt_it_or_take_it_back_and_never_send_it_again(
        self, desk: Desk, stuck: Operation, settings: Settings
    ) -> None:
        settings.OUTBOX_GIVE_UP_SECONDS = 10
        long_ago = timezone.now() - timedelta(hours=1)
        Operation.objects.filter(pk=stuck.pk).update(state=S.UNKNOWN, sender="", vain_since=long_ago)
        run()
        stuck.refresh_from_db()
        assert (stuck.state, stuck.waiting_for) == (S.REVIEW, NOT_STORED)
        path = reverse("outbox:operation", args=[desk.scope.account.pk, stuck.pk])
        page = browser_of(desk.scope.user).get(path).content.decode()
        assert 'value="adopt"' in page
        assert 'value="cancel"' in page
        assert 'value="absent"' not in page
        with pytest.raises(IllegalMove):
            actions.confirm_absent(desk.scope, stuck, actor=desk.scope.user)


def test_what_is_on_record_as_another_object_goes_to_a_person_at_once(desk: Desk) -> None:
    """Nothing that the portal can mend: the page says so, and offers neither adopting nor sending again."""
    first = desk.brand()
    run()
    first.refresh_from_db()
    second = desk.brand(ein="987654321")
    found = die_before_storing(operation_of(second))
    Brand.objects.filter(pk=first.pk).update(remote_id=found.remote_id)
    run()
    stuck = operation_of(second)
    assert (stuck.state, stuck.waiting_for) == (S.REVIEW, TAKEN)
    page = browser_of(desk.scope.user).get(reverse("outbox:operation", args=[stuck.account_id, stuck.pk]))
    offered = {word for word in ("adopt", "cancel", "absent") if f'value="{word}"' in page.content.decode()}
    assert offered == {"cancel"}
    assert desk.effects("create_brand") == 2
