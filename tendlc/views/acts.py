"""What can be done with an object now, and why the rest cannot: the card beside its story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.enums import Capability
from portal.accounts.scope import Scope
from portal.outbox.models import Operation
from tendlc import actions
from tendlc.enums import CampaignState, VettingState
from tendlc.models import Brand, Campaign, Vetting

# A campaign that only a new one can follow.
ENDED = (CampaignState.STOPPING, CampaignState.STOPPED, CampaignState.EXPIRED)


@dataclass(frozen=True)
class Act:
    """Something that can be done with an object, or why not now."""

    label: str
    url: str
    icon: str
    why_not: str = ""
    danger: bool = False


def brand_acts(
    scope: Scope, brand: Brand, opened: Operation | None, vettings: Sequence[Vetting]
) -> list[Act]:
    """What may be done with a brand that Vonage has, and why the rest may not."""
    if not brand.remote_id or brand.gone_at:
        return []

    def url(name: str) -> str:
        return reverse(f"tendlc:{name}", args=[brand.account_id, brand.pk])

    role, writes = _role(scope, Capability.SUBMIT_PAID), _role(scope, Capability.PREPARE)
    busy = _("Something of this brand is on its way; wait for its answer.") if opened else ""
    vetting_busy = _vetting_busy(vettings)
    return [
        Act(_("Change the brand"), url("brand_edit"), "edit", writes or busy),
        Act(_("Revet"), url("brand_revet"), "refresh", role or actions.why_no_revet(brand) or busy),
        Act(_("Request vetting"), url("vetting_new"), "shield-check", role or vetting_busy),
        Act(_("Import a vetting"), url("vetting_import"), "download", role),
        Act(_("Delete"), url("brand_delete"), "trash", role or busy, danger=True),
    ]


def vetting_acts(scope: Scope, vetting: Vetting, vettings: Sequence[Vetting]) -> list[Act]:
    """What may follow on a vetting, which itself nobody can change; `vettings` are all of its brand."""
    brand = vetting.brand

    def url(name: str) -> str:
        return reverse(f"tendlc:{name}", args=[brand.account_id, brand.pk])

    role, writes = _role(scope, Capability.SUBMIT_PAID), _role(scope, Capability.PREPARE)
    lost = "" if brand.remote_id and not brand.gone_at else _("Vonage does not have this brand.")
    again = (
        Act(_("Correct and import again"), url("vetting_import"), "download", role or lost)
        if vetting.is_import and vetting.state == VettingState.REFUSED
        else Act(
            _("Request vetting"),
            url("vetting_new"),
            "shield-check",
            role or lost or _vetting_busy(vettings),
        )
    )
    return [
        Act(_("Check the use cases again"), url("use_cases"), "list-check", writes or lost),
        again,
        Act(_("Change the brand"), url("brand_edit"), "edit", writes or lost),
    ]


def _vetting_busy(vettings: Sequence[Vetting]) -> str:
    asking = any(one.state == VettingState.SUBMITTING and not one.is_import for one in vettings)
    return _("A vetting of it is being requested right now.") if asking else ""


def campaign_acts(scope: Scope, campaign: Campaign, opened: Operation | None) -> list[Act]:
    """What may be done with a campaign, and why the rest may not; no state of one that is there forbids to link."""

    def url(name: str) -> str:
        return reverse(f"tendlc:{name}", args=[campaign.account_id, campaign.pk])

    writes, stops = _role(scope, Capability.PREPARE), _role(scope, Capability.SUBMIT_PAID)
    absent = _absent(campaign)
    is_coming = campaign.state == CampaignState.SUBMITTING and not campaign.gone_at
    ended = campaign.state in ENDED and not campaign.gone_at
    over = _("The campaign has ended. A copy can be submitted as a new one.") if ended else absent
    busy = _("A change of this campaign is on its way; wait for its answer.") if opened else ""
    links = _role(scope, Capability.LINK_NUMBERS)
    return [
        Act(_("Edit"), url("campaign_edit"), "edit", writes or over or busy),
        Act(_("Link numbers"), url("numbers_link"), "link", links or ("" if is_coming else absent)),
        Act(_("Copy"), url("campaign_copy"), "copy", writes),
        Act(_("Save as template"), url("template_save"), "file-text", writes),
        Act(_("Stop"), url("campaign_stop"), "ban", stops or over or busy, danger=True),
    ]


def _absent(campaign: Campaign) -> str:
    """Why nothing can be done with it at Vonage; "" where it is there."""
    if campaign.gone_at:
        return _("The campaign is not at Vonage any more. A copy can be submitted as a new one.")
    return "" if campaign.remote_id else _("Vonage does not know this campaign yet.")


def _role(scope: Scope, capability: Capability) -> str:
    return "" if scope.can(capability) else _("Your role may not do this; an admin can change it.")
