"""What people decide, and what waits for their decision or for another operation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.accounts.models import Client
from portal.notices.models import Notice
from portal.outbox import actions, calls
from portal.outbox.enums import TAKEN
from portal.outbox.enums import OperationState as S
from portal.outbox.kinds import TakenAlready, kind_of
from portal.outbox.models import Operation
from portal.outbox.queries import candidates_for
from portal.records.moves import IllegalMove
from portal.vonage.problems import AnswerLost
from tendlc.actions import change_brand, submit_campaign
from tendlc.enums import BrandState
from tendlc.models import Brand
from tendlc.sync import walk_key
from tests.outbox.conftest import (
    CAMPAIGN,
    NOT_UNIQUE,
    Desk,
    operation_of,
    run,
)
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.processes]


def test_confirming_absence_sends_it_again(desk: Desk) -> None:
    brand = desk.brand()
    desk.fault("create_brand", "close", when="before", count=2)
    run()
    actions.confirm_absent(desk.scope, operation_of(brand), actor=desk.scope.user)
    run()
    assert (operation_of(brand).state, desk.effects("create_brand")) == (S.APPLIED, 1)


def test_a_person_who_dismisses_what_was_there_gets_a_second_brand(desk: Desk) -> None:
    desk.brand()
    run()
    second = desk.brand()
    run()
    actions.confirm_absent(desk.scope, operation_of(second), actor=desk.scope.user)
    run()
    assert (operation_of(second).state, desk.effects("create_brand")) == (S.APPLIED, 2)


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

    def test_a_refused_parent_ends_its_child_unsent(self, desk: Desk, chain: tuple[Operation, ...]) -> None:
        desk.fault("create_brand", "status", when="before", code=422, body=NOT_UNIQUE)
        run()
        assert self.states(chain) == [S.REFUSED, S.CANCELLED, S.APPLIED]
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
        assert not Notice.objects.get(kind="outbox.review").is_open
        brand.refresh_from_db()
        assert (brand.remote_id, brand.state) == (remote_id, BrandState.VERIFIED)
        assert type(brand).objects.filter(remote_id=remote_id).count() == 1

    @pytest.fixture
    def of_another_client(self, desk: Desk) -> Brand:
        """A brand of the same tax number, on record for a client that the other person does not work for."""
        desk.simulator.control(
            "brands", {"key": desk.api_key.key, "fields": {"ein": "12-3456789"}, "status": "VERIFIED"}
        )
        walk_key(desk.api_key, calls.open_api(desk.api_key))
        theirs = Client.objects.create(account=desk.scope.account, name="Theirs")
        Brand.objects.update(client=theirs, company_name="Zebra Shoes")
        return Brand.objects.get()

    def test_what_is_another_client_s_is_not_adopted_over_its_head(
        self, desk: Desk, of_another_client: Brand
    ) -> None:
        brand = desk.brand()
        run()
        with pytest.raises(TakenAlready, match="Made elsewhere"):
            actions.adopt_candidate(
                desk.scope, operation_of(brand), of_another_client.remote_id, actor=desk.scope.user
            )
        of_another_client.refresh_from_db()
        assert of_another_client.client.name == "Theirs"

    def test_who_may_not_see_it_is_neither_told_nor_offered_it(
        self, desk: Desk, people: People, of_another_client: Brand
    ) -> None:
        brand = desk.brand()
        run()
        operation = operation_of(brand)
        limited = replace(people.scope(people.member), client_ids=frozenset({operation.client_id}))
        assert candidates_for(limited, operation) == []
        assert len(candidates_for(desk.scope, operation)) == 1
        with pytest.raises(LookupError):
            actions.adopt_candidate(limited, operation, of_another_client.remote_id, actor=people.member)

    def test_an_effect_that_somebody_has_acted_on_goes_to_a_person_at_once(
        self, desk: Desk, settings: Settings
    ) -> None:
        """Its answer was lost, a walk mirrored it, and a person did something with the row."""
        settings.OUTBOX_SETTLE_SECONDS = 600
        brand = desk.brand()
        desk.fault("create_brand", "close", when="after")
        desk.simulator.control("settings", {"lag": 1000})
        run()
        desk.simulator.control("settings", {"lag": 0})
        walk_key(desk.api_key, calls.open_api(desk.api_key))
        twin = Brand.objects.exclude(pk=brand.pk).get()
        change_brand(desk.scope, twin, {"website": "https://shoes.example"}, actor=desk.scope.user)
        Operation.objects.filter(object_id=brand.pk).update(next_attempt_at=timezone.now())
        run()
        operation = operation_of(brand)
        assert (operation.state, operation.waiting_for) == (S.REVIEW, TAKEN)
        assert desk.effects("create_brand") == 1
        with pytest.raises(IllegalMove):
            actions.confirm_absent(desk.scope, operation, actor=desk.scope.user)

    def test_a_second_review_is_told_again(self, desk: Desk) -> None:
        desk.brand()
        run()
        second = desk.brand()
        run()
        first = Notice.objects.get(kind="outbox.review")
        assert (first.is_open, first.topic) == (True, "10dlc")
        actions.confirm_absent(desk.scope, operation_of(second), actor=desk.scope.user)
        assert not Notice.objects.get(pk=first.pk).is_open
        desk.simulator.control("brands", {"key": desk.api_key.key, "fields": {"ein": "12-3456789"}})
        run()
        assert operation_of(second).state == S.REVIEW
        again = Notice.objects.exclude(pk=first.pk).get(kind="outbox.review")
        assert again.is_open
        actions.cancel(desk.scope, operation_of(second), actor=desk.scope.user)
        assert not Notice.objects.get(pk=again.pk).is_open
