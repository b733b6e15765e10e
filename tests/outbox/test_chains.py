"""A campaign submitted before its brand is at Vonage, a number before its campaign: each waits for what it needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.history.models import Refusal
from portal.notices.models import Notice
from portal.outbox import actions
from portal.outbox.enums import OperationState as S
from portal.outbox.models import Operation
from portal.outbox.restoring import doubt_everything
from portal.outbox.words import standing
from tendlc.actions import NotNow, link_numbers, submit_brand, submit_campaign
from tendlc.enums import BrandState, CampaignState, NumberState
from tendlc.models import Brand, Campaign, NumberLink
from tests.outbox.conftest import CAMPAIGN, NOT_UNIQUE, Desk, operation_of, run

pytestmark = [pytest.mark.django_db, pytest.mark.processes]


@dataclass
class Chain:
    """A brand not yet sent, its campaign and its number, which wait for it; all of one key."""

    desk: Desk
    brand: Brand
    campaign: Campaign
    number: NumberLink

    @property
    def rows(self) -> tuple[Brand | Campaign | NumberLink, ...]:
        return self.brand, self.campaign, self.number

    def states(self) -> list[str]:
        return [operation_of(row).state for row in self.rows]

    def sent(self) -> list[int]:
        return [operation_of(row).attempt_count for row in self.rows]

    def registered(self, word: str = "VERIFIED") -> None:
        """The registry has checked the brand, and the waiting ones are due."""
        self.brand.refresh_from_db()
        self.desk.simulator.control("status", {"brand_id": self.brand.remote_id, "status": word})
        Operation.objects.filter(finished_at=None).update(next_attempt_at=timezone.now())


@pytest.fixture
def chain(desk: Desk) -> Chain:
    brand = desk.brand()
    campaign = desk.campaign(brand)
    return Chain(desk, brand, campaign, desk.number(campaign))


def test_each_waits_for_what_it_needs_and_goes_out_after_it(chain: Chain) -> None:
    brand, campaign, number = map(operation_of, chain.rows)
    assert (campaign.depends_on, number.depends_on) == (brand, campaign)
    run()
    assert chain.sent() == [1, 0, 0]
    chain.registered()
    run()
    assert chain.states() == [S.APPLIED] * 3
    writes = [row["operation"] for row in chain.desk.simulator.ledger(effect=True)]
    assert writes == ["create_brand", "create_campaign", "link_number"]


def test_what_waits_names_what_it_waits_for(chain: Chain) -> None:
    told = standing(operation_of(chain.campaign))
    code = operation_of(chain.brand).code
    assert f"waits for “Register a brand: Acme” ({code}). Nothing was sent or paid" in told.text
    assert "goes out by itself" in told.next_step
    assert chain.campaign.expected_by is None


def test_a_use_case_denied_to_a_young_brand_is_asked_for_again_and_costs_nothing(chain: Chain) -> None:
    """Vonage allows a brand nothing as long as the registry checks it: that is no final answer."""
    run()
    operation = operation_of(chain.campaign)
    assert (operation.state, operation.waiting_for, operation.attempt_count) == (S.READY, "brand_pending", 0)
    assert timezone.now() < operation.next_attempt_at
    assert not Refusal.objects.exists()
    assert chain.desk.effects("create_campaign") == 0


def test_waiting_for_a_young_brand_is_not_looking_in_vain(chain: Chain) -> None:
    """A question that failed two days ago and one that fails now are not a day of failures."""
    run()
    waiting = Operation.objects.filter(pk=operation_of(chain.campaign).pk)
    waiting.update(next_attempt_at=timezone.now(), vain_since=timezone.now() - timedelta(days=2))
    run()
    row = waiting.get()
    assert (row.waiting_for, row.vain_since) == ("brand_pending", None)


def test_questions_about_a_young_brand_become_rare(chain: Chain) -> None:
    run()
    Operation.objects.filter(pk=operation_of(chain.campaign).pk).update(
        created_at=timezone.now() - timedelta(days=2), next_attempt_at=timezone.now()
    )
    run()
    left = operation_of(chain.campaign).next_attempt_at - timezone.now()
    assert 590 < left.total_seconds() <= 601


def test_the_fee_is_noted_once_the_use_case_is_checked(chain: Chain) -> None:
    assert operation_of(chain.campaign).fee_minor is None
    run()
    chain.registered()
    run()
    assert (operation_of(chain.campaign).fee_minor, operation_of(chain.campaign).fee_source) == (
        3000,
        "qualification",
    )


def test_a_use_case_that_stays_denied_refuses_the_campaign_unpaid_and_ends_its_number(chain: Chain) -> None:
    run()
    Brand.objects.update(state=BrandState.UNVERIFIED)
    chain.registered("UNVERIFIED")
    run()
    assert chain.states() == [S.APPLIED, S.REFUSED, S.CANCELLED]
    assert chain.sent() == [1, 0, 0]
    chain.campaign.refresh_from_db()
    assert chain.campaign.state == CampaignState.REFUSED
    assert Notice.objects.filter(kind="tendlc.campaign_refused", object_id=chain.campaign.pk).count() == 1


def test_an_unknown_brand_holds_its_campaign_and_not_its_siblings(chain: Chain, settings: Settings) -> None:
    settings.OUTBOX_SETTLE_SECONDS = 1000
    chain.desk.fault("create_brand", "close", when="before")
    sibling = chain.desk.brand(ein="987654321")
    run()
    assert [*chain.states(), operation_of(sibling).state] == [S.UNKNOWN, S.READY, S.READY, S.APPLIED]
    assert "we look at Vonage until we know" in standing(operation_of(chain.campaign)).next_step


def test_a_brand_in_review_holds_its_campaign(chain: Chain) -> None:
    Operation.objects.filter(pk=operation_of(chain.brand).pk).update(state=S.REVIEW)
    run()
    assert chain.states() == [S.REVIEW, S.READY, S.READY]
    assert "decided by a person" in standing(operation_of(chain.campaign)).next_step


def test_a_brand_lost_and_found_lets_its_campaign_out_once(chain: Chain) -> None:
    chain.desk.fault("create_brand", "close", when="after")
    run()
    chain.registered()
    run()
    assert chain.states() == [S.APPLIED] * 3
    assert chain.desk.effects("create_brand") == chain.desk.effects("create_campaign") == 1


def test_a_refused_brand_ends_what_waits_keeps_it_and_tells_its_people(chain: Chain) -> None:
    chain.desk.fault("create_brand", "status", when="before", code=422, body=NOT_UNIQUE)
    sibling = chain.desk.brand(ein="987654321")
    run()
    assert [*chain.states(), operation_of(sibling).state] == [S.REFUSED, S.CANCELLED, S.CANCELLED, S.APPLIED]
    assert chain.sent() == [1, 0, 0]
    chain.campaign.refresh_from_db()
    chain.number.refresh_from_db()
    assert (chain.campaign.state, chain.number.state) == (CampaignState.REFUSED, NumberState.REFUSED)
    assert chain.campaign.wished == CAMPAIGN
    told = standing(operation_of(chain.campaign))
    assert told.text == "It waited for “Acme”, which was refused, so it was not sent."
    notice = Notice.objects.get(kind="tendlc.not_sent", object_type="tendlc.campaign")
    assert (notice.values, notice.is_open) == ({"parent": "Acme"}, True)
    assert Notice.objects.filter(kind="tendlc.not_sent").count() == 2
    assert not Refusal.objects.filter(object_type="tendlc.campaign").exists()


def test_taking_a_brand_back_takes_back_what_waits_for_it(chain: Chain) -> None:
    actions.cancel(chain.desk.scope, operation_of(chain.brand), actor=chain.desk.scope.user)
    assert chain.states() == [S.CANCELLED] * 3
    assert "“Acme”, which was taken back" in standing(operation_of(chain.campaign)).text
    run()
    assert chain.sent() == [0, 0, 0]


def test_taking_a_campaign_back_leaves_its_brand(chain: Chain) -> None:
    actions.cancel(chain.desk.scope, operation_of(chain.campaign), actor=chain.desk.scope.user)
    run()
    assert chain.states() == [S.APPLIED, S.CANCELLED, S.CANCELLED]


def test_what_was_ended_with_its_brand_is_submitted_again_with_it(chain: Chain) -> None:
    desk = chain.desk
    actions.cancel(desk.scope, operation_of(chain.brand), actor=desk.scope.user)
    chain.brand.refresh_from_db()
    chain.campaign.refresh_from_db()
    with pytest.raises(NotNow):
        submit_campaign(desk.scope, chain.brand, CAMPAIGN, actor=desk.scope.user, campaign=chain.campaign)
    with pytest.raises(NotNow):
        link_numbers(desk.scope, chain.campaign, [("US", "14155550110")], actor=desk.scope.user)
    submit_brand(
        desk.scope,
        chain.brand.wished,
        client=chain.brand.client,
        api_key=desk.api_key,
        actor=desk.scope.user,
        brand=chain.brand,
    )
    submit_campaign(desk.scope, chain.brand, CAMPAIGN, actor=desk.scope.user, campaign=chain.campaign)
    run()
    chain.registered()
    run()
    assert chain.states()[:2] == [S.APPLIED, S.APPLIED]
    assert not Notice.objects.get(kind="tendlc.not_sent", object_type="tendlc.campaign").is_open
    assert desk.effects("create_brand") == desk.effects("create_campaign") == 1


def test_a_brand_that_is_done_while_somebody_submits_is_not_waited_for(desk: Desk) -> None:
    brand = desk.brand()
    run()
    assert brand.remote_id == ""  # as the page of that person has it
    campaign = desk.campaign(brand)
    assert operation_of(campaign).depends_on is None


def test_the_awaited_operation_is_locked_so_that_it_cannot_end_alone(desk: Desk) -> None:
    brand = desk.brand()
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        actions.awaited(brand, "tendlc.create_brand")
    if connection.features.has_select_for_update:
        assert "FOR UPDATE" in queries[-1]["sql"]
    else:  # one writer at a time: a transaction has the whole database from its first statement on
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


class TestAfterARestore:
    """Every open one is doubted; a child is looked for where its parent is, once that is known."""

    def test_a_child_is_looked_for_after_its_parent(self, chain: Chain, settings: Settings) -> None:
        settings.OUTBOX_SETTLE_SECONDS = 1000
        doubt_everything(timezone.now())
        run()
        assert chain.states() == [S.UNKNOWN] * 3
        assert operation_of(chain.campaign).last_error == {}

    def test_a_child_whose_parent_ended_is_for_a_person(self, chain: Chain) -> None:
        doubt_everything(timezone.now())
        parent = operation_of(chain.brand)
        Operation.objects.filter(pk=parent.pk).update(state=S.REVIEW)
        parent.refresh_from_db()
        actions.cancel(chain.desk.scope, parent, actor=chain.desk.scope.user)
        child = operation_of(chain.campaign)
        assert (child.state, child.waiting_for) == (S.REVIEW, "parent_ended")
