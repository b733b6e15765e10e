"""What a person can do with a campaign that exists at Vonage: edit, stop, note what the reviewers wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from portal.accounts.enums import Capability
from portal.accounts.models import User
from portal.accounts.scope import Scope
from portal.drafts.actions import finish_draft
from portal.drafts.models import Draft
from portal.history.actions import answer_refusals, note_refusal, record
from portal.history.enums import Resubmittable
from portal.history.models import Refusal
from portal.notices.actions import follow, resolve
from portal.notices.enums import FollowReason
from portal.outbox.actions import operation_of_form, submit
from portal.outbox.enums import Priority
from portal.outbox.models import Operation
from tendlc import wire
from tendlc.actions.submitting import NotNow
from tendlc.labels import coded_label, split_label
from tendlc.models import Campaign
from tendlc.operations import STOP_CAMPAIGN, UPDATE_CAMPAIGN
from tendlc.rules import codes_in, fields_in

REVIEWER = "reviewer"


def editable_now(campaign: Campaign) -> dict[str, Any]:
    """The ten fields that may be changed, as Vonage holds them; before it was read, as they were asked for."""
    facts = wire.Campaign.from_json(campaign.raw)
    now = {name: getattr(facts, name) if campaign.raw else None for name in wire.CAMPAIGN_PATCH_FIELDS}
    if not campaign.raw:
        now |= {name: campaign.wished.get(name) for name in wire.CAMPAIGN_PATCH_FIELDS}
    return now | {"label": split_label(str(now["label"] or campaign.label))[0]}


def campaign_changes(campaign: Campaign, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of what was typed only what differs, in its normal form; a field that is left empty is not changed."""
    now = editable_now(campaign)
    given = {name: values[name] for name in sorted(wire.CAMPAIGN_PATCH_FIELDS) if name in values}
    return {
        name: value
        for name, value in given.items()
        if value not in (None, "") and _normal(value) != _normal(now[name])
    }


def _normal(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def campaign_change_payload(campaign: Campaign, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The request body of an edit; a label keeps our code, by which the campaign is recognised."""
    sent = dict(changes)
    if "label" in sent and campaign.label_code:
        sent["label"] = coded_label(str(sent["label"]), campaign.label_code)
    return wire.campaign_patch(sent)


@transaction.atomic
def edit_campaign(
    scope: Scope,
    campaign: Campaign,
    values: Mapping[str, Any],
    *,
    actor: User,
    form_token: str = "",
    draft: Draft | None = None,
) -> Operation:
    """Send what differs of the ten editable fields; a second click with the same token finds the first's.

    Raises NotNow when nothing differs or Vonage does not have the campaign, AlreadyOpen while another change
    of it is on its way, DraftFinished for a draft that was sent or thrown away meanwhile.
    """
    scope.require(Capability.SUBMIT_PAID)
    earlier = operation_of_form(scope.account.pk, form_token)
    if earlier is not None:
        return earlier
    changes = campaign_changes(campaign, values)
    if not campaign.remote_id or campaign.gone_at or not changes:
        raise NotNow
    if draft is not None:
        finish_draft(draft, campaign.pk)
    operation = _ask(UPDATE_CAMPAIGN, campaign, campaign_change_payload(campaign, changes), actor, form_token)
    now = editable_now(campaign)
    record(
        "campaign.edited", campaign, actor=actor, before={name: now[name] for name in changes}, after=changes
    )
    answer_refusals(campaign, submission=operation.code)
    resolve(campaign)
    return operation


@transaction.atomic
def stop_campaign(scope: Scope, campaign: Campaign, *, actor: User, form_token: str = "") -> Operation:
    """Stop a campaign for good. Raises NotNow for one that Vonage does not have, AlreadyOpen while it changes."""
    scope.require(Capability.SUBMIT_PAID)
    earlier = operation_of_form(scope.account.pk, form_token)
    if earlier is not None:
        return earlier
    if not campaign.remote_id or campaign.gone_at:
        raise NotNow
    operation = _ask(STOP_CAMPAIGN, campaign, {}, actor, form_token)
    record("campaign.stop_asked", campaign, actor=actor, before={"state": campaign.state})
    return operation


def _ask(
    kind: str, campaign: Campaign, payload: Mapping[str, Any], actor: User, form_token: str
) -> Operation:
    follow(campaign, actor, FollowReason.SUBMITTER)
    return submit(
        kind,
        campaign,
        actor=actor,
        api_key=campaign.api_key,
        payload=payload,
        priority=Priority.PAID,
        form_token=form_token,
    )


@transaction.atomic
def note_comment(scope: Scope, campaign: Campaign, text: str, *, actor: User) -> Refusal:
    """Keep what a reviewer wrote, which the API does not carry, as a no to the campaign as it stands."""
    scope.require(Capability.PREPARE)
    known, fields = codes_in(text), fields_in(text)
    is_final = bool(known) and all(one.can_edit is False for one in known)
    refusal = note_refusal(
        campaign,
        said_by=REVIEWER,
        code=" ".join(one.code for one in known),
        text=text,
        fields=[{"field": name} for name in fields],
        resubmittable=Resubmittable.NO
        if is_final
        else Resubmittable.YES
        if fields
        else Resubmittable.UNKNOWN,
    )
    record("campaign.comment_noted", campaign, actor=actor, after={"text": text})
    return refusal
