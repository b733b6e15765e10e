"""What people are told about brands, vettings, campaigns and numbers."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.notices.catalogue import Message, register
from portal.notices.enums import Level
from tendlc.enums import (
    Axis,
    BrandState,
    CampaignState,
    CarrierState,
    DeadlineKind,
    NumberState,
    VettingState,
)
from tendlc.lifecycle import DEADLINES

_PAGES = {"brand": "brands", "vetting": "vettings", "campaign": "campaigns", "numberlink": "numbers"}


def path_of(row: models.Model) -> str:
    """The page of an object."""
    shown: Any = row
    return f"/a/{shown.account_id}/10dlc/{_PAGES[shown._meta.model_name]}/{shown.pk}/"


def path_of_deadline(row: Any) -> str:
    """The page of what a deadline is about; a vetting's is its brand's."""
    model = row.object_type.removeprefix("tendlc.")
    if model not in _PAGES:
        return path_of(row.campaign or row.brand)
    return f"/a/{row.account_id}/10dlc/{_PAGES[model]}/{row.object_id}/"


_NOTICES: dict[tuple[str, str], str] = {
    (Axis.BRAND, BrandState.VERIFIED): "tendlc.brand_verified",
    (Axis.BRAND, BrandState.VETTED): "tendlc.brand_verified",
    (Axis.BRAND, BrandState.UNVERIFIED): "tendlc.brand_unverified",
    (Axis.VETTING, VettingState.SCORED): "tendlc.vetting_scored",
    (Axis.VETTING, VettingState.UNSCORED): "tendlc.vetting_unscored",
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
    (Axis.NUMBER, NumberState.UNLINKED): "tendlc.number_unlinked",
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
            "Read the feedback on the brand's page: it names the fields. Correct them and revet the brand, or "
            "request external vetting."
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
    *(
        Message(
            kind=f"tendlc.brand_{act}_refused",
            label=label,
            title=title,
            text=_("Vonage did not accept it: %(detail)s"),
            level=Level.BAD,
            urgent=True,
            way_out=way_out,
        )
        for act, label, title, way_out in (
            (
                "change",
                _("Changing a brand is refused"),
                _("Change refused: %(name)s"),
                _("The brand is as it was. Open “Edit” on its page: what you typed is still there."),
            ),
            (
                "delete",
                _("Deleting a brand is refused"),
                _("Brand not deleted: %(name)s"),
                _("The brand is as it was. Stop its campaigns if it has some, then delete it again."),
            ),
            (
                "revet",
                _("Revetting a brand is refused"),
                _("Revet refused: %(name)s"),
                _(
                    "The brand is as it was and nothing was paid. Correct what the reason names, then revet it "
                    "again; where it cannot be revetted, external vetting is the other way."
                ),
            ),
        )
    ),
    Message(
        kind="tendlc.brand_deleted",
        label=_("A brand is deleted"),
        title=_("Brand deleted: %(name)s"),
        text=_("The brand is not at Vonage any more. Its record stays here."),
        level=Level.INFO,
        urgent=False,
    ),
    Message(
        kind="tendlc.vetting_requested",
        label=_("A vetting is requested"),
        title=_("Vetting requested: %(brand)s"),
        text=_("The provider is looking at the brand (%(name)s). That takes a few minutes to 48 hours."),
        level=Level.INFO,
        urgent=False,
        way_out=_("Nothing to do, unless the provider writes to the brand's contact."),
    ),
    Message(
        kind="tendlc.vetting_refused",
        label=_("A vetting is refused"),
        title=_("Vetting refused: %(brand)s, %(name)s"),
        text=_("Vonage did not accept the request: %(detail)s"),
        level=Level.BAD,
        urgent=True,
        way_out=_(
            "Nothing was ordered or paid. Correct what the reason names, in the brand's data or, of an import, in "
            "the vetting's id, provider and class; then ask again on the brand's page."
        ),
    ),
    Message(
        kind="tendlc.vetting_unscored",
        label=_("A vetting ends without a score"),
        title=_("Vetting without a score: %(brand)s, %(name)s"),
        text=_("The provider has finished and given no score."),
        level=Level.ATTENTION,
        urgent=False,
        way_out=_("Check the brand's details, then request another vetting or ask support."),
    ),
    Message(
        kind="tendlc.vetting_imported",
        label=_("A vetting is imported"),
        title=_("Vetting imported: %(brand)s, %(name)s"),
        text=_("The vetting that was done elsewhere has been validated and counts now."),
        level=Level.GOOD,
        urgent=False,
        way_out=_("Check the use cases of the brand again."),
    ),
    Message(
        kind="tendlc.vetting_scored",
        label=_("A vetting is scored"),
        title=_("Vetting finished: %(brand)s, %(name)s"),
        text=_("The vetting provider has given a score. It decides use cases and throughput."),
        level=Level.GOOD,
        urgent=False,
        way_out=_("Check the use cases of the brand again."),
    ),
    Message(
        kind="tendlc.vetting_failed",
        label=_("A vetting failed or expired"),
        title=_("Vetting failed or expired: %(brand)s, %(name)s"),
        text=_("The vetting counts no more. The provider's word is “%(word)s”."),
        level=Level.BAD,
        urgent=True,
        way_out=_(
            "Read the reasons on the vetting's page, correct the brand if they say so, then request a new one."
        ),
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
            "Copy the reviewers' comment from Vonage's dashboard to the campaign's page, then edit the campaign. "
            "What cannot be changed needs a new campaign: “Copy” fills it in."
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
        kind="tendlc.not_sent",
        label=_("Something was not sent, because what it waited for was refused"),
        title=_("Not sent: %(name)s"),
        text=_(
            "It waited for “%(parent)s”, which was refused or taken back. Nothing was sent or paid for it."
        ),
        level=Level.ATTENTION,
        urgent=True,
        needs_action=True,
        way_out=_(
            "Everything that was typed is kept. Get “%(parent)s” registered first, or on its way again, "
            "then submit this again."
        ),
    ),
    Message(
        kind="tendlc.campaign_edit_refused",
        label=_("An edit of a campaign is refused"),
        title=_("Edit refused: %(name)s"),
        text=_("Vonage did not accept the change: %(detail)s"),
        level=Level.BAD,
        urgent=True,
        way_out=_("The campaign is as it was. Open “Edit”: what you typed is still there."),
    ),
    Message(
        kind="tendlc.campaign_stop_refused",
        label=_("Stopping a campaign is refused"),
        title=_("Not stopped: %(name)s"),
        text=_("Vonage did not stop the campaign: %(detail)s"),
        level=Level.BAD,
        urgent=True,
        way_out=_("The campaign goes on and is paid for. Read the reason on its page, then stop it again."),
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
            "unlink it there first."
        ),
    ),
    *(
        Message(
            kind=f"tendlc.deadline_{kind}",
            label=format_lazy("{}: {}", _("A deadline is near"), kind.label),
            title=format_lazy("{}: {}", kind.label, "%(name)s"),
            text=format_lazy("{} {}", _("%(what)s is due on %(day)s."), told.consequence),
            level=Level.ATTENTION,
            urgent=False,
            way_out=told.next_step,
        )
        for kind, told in ((DeadlineKind(one), DEADLINES[one]) for one in DEADLINES)
    ),
    Message(
        kind="tendlc.number_unlinked",
        label=_("A number is unlinked"),
        title=_("Number unlinked: %(name)s"),
        text=_("It is not linked to its campaign any more."),
        level=Level.GOOD,
        urgent=False,
        way_out=_("It can be linked to another campaign."),
    ),
    Message(
        kind="tendlc.unlink_refused",
        label=_("Unlinking a number is refused"),
        title=_("Number not unlinked: %(name)s"),
        text=_("Vonage did not unlink the number: %(detail)s"),
        level=Level.BAD,
        urgent=True,
        way_out=_("It is still linked. Press “Sync now” on its page to see how it stands, then try again."),
    ),
)
