"""Editing and stopping a campaign: proven by reading, done once, and never at another campaign's cost."""

from __future__ import annotations

import pytest

from portal.history.models import Change, Refusal
from portal.notices.models import Notice
from portal.outbox.actions import AlreadyOpen
from portal.outbox.enums import OperationState as S
from tendlc import actions
from tendlc.enums import CampaignState
from tendlc.models import Campaign
from tests.outbox.conftest import Desk, operation_of, run

pytestmark = [pytest.mark.django_db, pytest.mark.processes]


def edit(desk: Desk, campaign: Campaign, **values: object) -> None:
    campaign.refresh_from_db()
    actions.edit_campaign(desk.scope, campaign, values, actor=desk.scope.user)


def sent(desk: Desk) -> list[object]:
    return [row["body"] for row in desk.simulator.ledger(operation="change_campaign")]


def test_an_edit_sends_only_what_differs_and_the_label_keeps_its_code(desk: Desk) -> None:
    campaign = desk.registered_campaign()
    edit(
        desk,
        campaign,
        label="Orders and news",
        sample_one="Acme:  your order [number] is on its way. Reply STOP to opt out.",
        help_message="Acme: write to help@acme.example.",
    )
    run()
    campaign.refresh_from_db()
    assert sent(desk) == [
        {
            "label": f"Orders and news #{campaign.label_code}",
            "help_message": "Acme: write to help@acme.example.",
        }
    ]
    assert (campaign.label, campaign.state) == ("Orders and news", CampaignState.IN_REVIEW)
    assert campaign.wished["label"] == "Orders and news"
    assert campaign.wished["use_case"] == "ACCOUNT_NOTIFICATION"


def test_nothing_is_sent_when_nothing_differs(desk: Desk) -> None:
    campaign = desk.registered_campaign()
    with pytest.raises(actions.NotNow):
        edit(desk, campaign, label=campaign.label, sample_one="")
    assert sent(desk) == []


def test_what_is_so_already_is_not_sent_again(desk: Desk) -> None:
    """Somebody made the same change elsewhere, and we have not read it yet."""
    campaign = desk.registered_campaign()
    fields = {"help_message": "Acme: write to help@acme.example."}
    desk.simulator.control("status", {"campaign_id": campaign.remote_id, "fields": fields})
    edit(desk, campaign, **fields)
    run()
    operation = operation_of(campaign)
    assert (operation.state, operation.attempt_count, sent(desk)) == (S.APPLIED, 0, [])


def test_a_refused_edit_leaves_the_campaign_where_it_stands(desk: Desk) -> None:
    campaign = desk.registered_campaign()
    edit(desk, campaign, sample_one="Acme: https://bit.ly/x. Reply STOP to opt out.")
    run()
    campaign.refresh_from_db()
    assert (operation_of(campaign).state, campaign.state) == (S.REFUSED, CampaignState.IN_REVIEW)
    assert "bit.ly" not in campaign.wished["sample_one"]
    assert Refusal.objects.get().fields[0]["field"] == "sample_one"
    assert Notice.objects.filter(kind="tendlc.campaign_edit_refused").count() == 1


def test_one_change_at_a_time(desk: Desk) -> None:
    campaign = desk.edited_campaign()
    with pytest.raises(AlreadyOpen):
        actions.stop_campaign(desk.scope, campaign, actor=desk.scope.user)


def test_a_stop_is_seen_at_once_and_read_again_later(desk: Desk) -> None:
    campaign = desk.stopped_campaign()
    run()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.waiting_on) == (CampaignState.STOPPING, "vonage")
    change = Change.objects.filter(axis="campaign").latest("id")
    assert (change.state_before, change.state_after, change.source) == ("in_review", "stopping", "answer")


def test_a_campaign_that_is_ending_already_is_not_stopped_again(desk: Desk) -> None:
    campaign = desk.registered_campaign()
    desk.simulator.control("status", {"campaign_id": campaign.remote_id, "status": "CANCELED"})
    actions.stop_campaign(desk.scope, campaign, actor=desk.scope.user)
    run()
    campaign.refresh_from_db()
    operation = operation_of(campaign)
    assert (operation.state, operation.attempt_count) == (S.APPLIED, 0)
    assert (campaign.state, campaign.remote_status) == (CampaignState.STOPPED, "CANCELED")
    assert desk.effects("stop_campaign") == 0


def test_a_campaign_that_is_gone_while_its_brand_can_be_read_is_stopped(desk: Desk) -> None:
    campaign = desk.stopped_campaign()
    desk.simulator.control("remove", {"campaign_id": campaign.remote_id})
    run()
    campaign.refresh_from_db()
    assert (operation_of(campaign).state, campaign.state) == (S.APPLIED, CampaignState.STOPPING)


def test_a_campaign_whose_brand_cannot_be_read_is_not_taken_for_stopped(desk: Desk) -> None:
    """A 404 of both may mean that the key lost its access: nothing was done, and that is said."""
    campaign = desk.stopped_campaign()
    desk.simulator.control("remove", {"brand_id": campaign.brand.remote_id})
    run()
    campaign.refresh_from_db()
    assert (operation_of(campaign).state, campaign.state) == (S.REFUSED, CampaignState.IN_REVIEW)
    assert Notice.objects.filter(kind="tendlc.campaign_stop_refused").count() == 1


def test_an_answer_about_another_campaign_changes_nothing_of_ours(desk: Desk) -> None:
    campaign = desk.edited_campaign()
    desk.fault("change_campaign", "wrong_id", when="after")
    run()
    before = campaign.remote_id
    campaign.refresh_from_db()
    assert campaign.remote_id == before
    assert (operation_of(campaign).state, desk.effects("change_campaign")) == (S.APPLIED, 1)
