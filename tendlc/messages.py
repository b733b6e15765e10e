"""What people are told about brands, vettings, campaigns and numbers."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.notices.catalogue import Message, register
from portal.notices.enums import Level
from tendlc.enums import Axis, BrandState, CampaignState, CarrierState, NumberState, VettingState

_PAGES = {"brand": "brands", "campaign": "campaigns"}


def path_of(row: models.Model) -> str:
    """The page of an object: vettings and numbers are shown on their brand's and campaign's."""
    shown: Any = row
    if row._meta.model_name == "vetting":
        shown = row.brand  # type: ignore[attr-defined]
    elif row._meta.model_name == "numberlink":
        shown = row.campaign  # type: ignore[attr-defined]
    return f"/a/{shown.account_id}/10dlc/{_PAGES[shown._meta.model_name]}/{shown.pk}/"


_NOTICES: dict[tuple[str, str], str] = {
    (Axis.BRAND, BrandState.VERIFIED): "tendlc.brand_verified",
    (Axis.BRAND, BrandState.VETTED): "tendlc.brand_verified",
    (Axis.BRAND, BrandState.UNVERIFIED): "tendlc.brand_unverified",
    (Axis.VETTING, VettingState.SCORED): "tendlc.vetting_scored",
    (Axis.VETTING, VettingState.FAILED): "tendlc.vetting_failed",
    (Axis.VETTING, VettingState.EXPIRED): "tendlc.vetting_failed",
    (Axis.CAMPAIGN, CampaignState.ACTIVE): "tendlc.campaign_active",
    (Axis.CAMPAIGN, CampaignState.REJECTED): "tendlc.campaign_rejected",
    (Axis.CAMPAIGN, CampaignState.SUSPENDED): "tendlc.campaign_suspended",
    (Axis.CARRIER, CarrierState.APPROVED): "tendlc.carrier_approved",
    (Axis.CARRIER, CarrierState.REJECTED): "tendlc.carrier_rejected",
    (Axis.CARRIER, CarrierState.SUSPENDED): "tendlc.carrier_rejected",
    (Axis.NUMBER, NumberState.LINKED): "tendlc.number_linked",
    (Axis.NUMBER, NumberState.REJECTED): "tendlc.number_rejected",
}
# By plain words: rows hold strings, not enums.
NOTICE_OF = {(str(axis), str(state)): kind for (axis, state), kind in _NOTICES.items()}


def kinds_about(axis: str) -> list[str]:
    """The notices that tell of a state on an axis; they are settled when that state is left."""
    return sorted({kind for (on, _state), kind in NOTICE_OF.items() if on == axis})


register(
    Message(
        kind="tendlc.list_shrank",
        label=_("Much vanished from Vonage's lists at once"),
        title=_("Vonage's list is much shorter: %(name)s"),
        text=_(
            "%(missing)s of %(known)s objects were missing from a complete list. Nothing was removed here."
        ),
        level=Level.BAD,
        urgent=True,
        to_admins=True,
        way_out=_(
            "Look at Vonage's dashboard. If they are still there, ask Vonage's support about the list."
        ),
    ),
    Message(
        kind="tendlc.brand_verified",
        label=_("A brand is verified"),
        title=_("Brand verified: %(name)s"),
        text=_("The registry has confirmed who this business is."),
        level=Level.GOOD,
        urgent=False,
        way_out=_("Check which use cases it qualifies for, then submit a campaign."),
    ),
    Message(
        kind="tendlc.brand_unverified",
        label=_("A brand is not verified"),
        title=_("Brand not verified: %(name)s"),
        text=_("The registry could not confirm who this business is. Most use cases are denied until it is."),
        level=Level.BAD,
        urgent=True,
        needs_action=True,
        way_out=_(
            "Read the feedback on the brand's page. Correct the brand in Vonage's dashboard or order external "
            "vetting there, then press “Sync now” on the brand's page."
        ),
    ),
    Message(
        kind="tendlc.brand_refused",
        label=_("A brand is refused"),
        title=_("Brand refused: %(name)s"),
        text=_("Vonage did not accept the submission: %(detail)s"),
        level=Level.BAD,
        urgent=True,
        needs_action=True,
        way_out=_("Nothing was registered. Open the form again: what Vonage named is marked there."),
    ),
    Message(
        kind="tendlc.vetting_scored",
        label=_("A vetting is scored"),
        title=_("Vetting finished: %(name)s"),
        text=_("The vetting provider has given a score. It decides use cases and throughput."),
        level=Level.GOOD,
        urgent=False,
        way_out=_("Check the use cases of the brand again."),
    ),
    Message(
        kind="tendlc.vetting_failed",
        label=_("A vetting failed or expired"),
        title=_("Vetting failed or expired: %(name)s"),
        text=_("The vetting counts no more. The provider's word is “%(word)s”."),
        level=Level.BAD,
        urgent=True,
        way_out=_("Order a new vetting in Vonage's dashboard, then press “Sync now” on the brand's page."),
    ),
    Message(
        kind="tendlc.campaign_active",
        label=_("A campaign is active"),
        title=_("Campaign active: %(name)s"),
        text=_("The campaign may run."),
        level=Level.GOOD,
        urgent=False,
        way_out=_("Link the numbers it sends from."),
    ),
    Message(
        kind="tendlc.campaign_rejected",
        label=_("A campaign is rejected"),
        title=_("Campaign rejected: %(name)s"),
        text=_("The campaign was rejected in review."),
        level=Level.BAD,
        urgent=True,
        needs_action=True,
        way_out=_(
            "Read the reviewers' comment in Vonage's dashboard and correct the campaign there, "
            "or start a new campaign."
        ),
    ),
    Message(
        kind="tendlc.campaign_suspended",
        label=_("A campaign is suspended"),
        title=_("Campaign suspended: %(name)s"),
        text=_("Traffic of this campaign is stopped for now."),
        level=Level.BAD,
        urgent=True,
        needs_action=True,
        way_out=_("Ask Vonage's support for the reason; the campaign's page has the ids to quote."),
    ),
    Message(
        kind="tendlc.campaign_refused",
        label=_("A campaign is refused"),
        title=_("Campaign refused: %(name)s"),
        text=_("Vonage did not accept the submission: %(detail)s"),
        level=Level.BAD,
        urgent=True,
        needs_action=True,
        way_out=_("Nothing was registered. Open the form again: what Vonage named is marked there."),
    ),
    Message(
        kind="tendlc.carrier_approved",
        label=_("A carrier approves a campaign"),
        title=_("%(carrier)s approved %(name)s"),
        text=_("This carrier lets the campaign's messages through."),
        level=Level.GOOD,
        urgent=False,
    ),
    Message(
        kind="tendlc.carrier_rejected",
        label=_("A carrier rejects or suspends a campaign"),
        title=_("%(carrier)s refused %(name)s"),
        text=_("This carrier does not let the campaign's messages through."),
        level=Level.BAD,
        urgent=True,
        way_out=_("The campaign's page shows each carrier and what to do next."),
    ),
    Message(
        kind="tendlc.number_linked",
        label=_("A number is linked"),
        title=_("Number linked: %(name)s"),
        text=_("Messages from this number now belong to its campaign."),
        level=Level.GOOD,
        urgent=False,
    ),
    Message(
        kind="tendlc.number_rejected",
        label=_("A number is rejected"),
        title=_("Number rejected: %(name)s"),
        text=_("The number could not be linked to its campaign."),
        level=Level.BAD,
        urgent=True,
        needs_action=True,
        way_out=_("Check that every carrier approved the campaign, then link the number again."),
    ),
    Message(
        kind="tendlc.number_refused",
        label=_("Linking a number is refused"),
        title=_("Number refused: %(name)s"),
        text=_("Vonage did not link the number: %(detail)s"),
        level=Level.BAD,
        urgent=True,
        needs_action=True,
        way_out=_(
            "Link the number again on its campaign's page. If it is linked to another campaign, "
            "unlink it there in Vonage's dashboard first."
        ),
    ),
)
