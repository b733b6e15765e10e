"""What a person can do with 10DLC objects; one transaction each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey, Client, Membership, User
from portal.accounts.scope import Scope
from portal.drafts.actions import finish_draft
from portal.drafts.models import Draft
from portal.history.actions import answer_refusals, record
from portal.notices.actions import follow
from portal.notices.enums import FollowReason
from portal.outbox.actions import AlreadyOpen, ask, operation_of_form, submit
from portal.outbox.enums import Priority
from portal.outbox.models import Inquiry, Operation
from portal.records.codes import make_code
from portal.records.money import Fee, FeeSource, from_units
from tendlc import lifecycle, operations, prices, queries, wire
from tendlc.enums import Axis, BrandState, CampaignState, NumberState
from tendlc.labels import coded_label
from tendlc.models import Brand, Campaign, NumberLink

Submittable = Brand | Campaign | NumberLink


class NotNow(Exception):
    """The action does not fit where the object stands; the text says why, for a person."""


def _waiting_to_be_sent(axis: Axis, state: str) -> dict[str, Any]:
    now = timezone.now()
    return {
        "state": state,
        "waiting_on": lifecycle.waiting_on(axis, state),
        "waiting_since": now,
        "expected_by": lifecycle.expected_by(axis, state, now),
    }


def _follow_as_submitter(row: Submittable, actor: User, *, mail_me: bool) -> None:
    follow(row, actor, FollowReason.SUBMITTER, by_email=mail_me)
    if row.responsible and row.responsible_id != actor.pk:
        follow(row, row.responsible, FollowReason.RESPONSIBLE)


def _remember_key(scope: Scope, api_key: ApiKey) -> None:
    Membership.objects.filter(pk=scope.membership.pk).update(last_api_key=api_key)


# --- Brands --------------------------------------------------------------------------------------


def brand_payload(values: Mapping[str, Any], api_key: ApiKey) -> dict[str, Any]:
    """The request body of a brand: account and primary account are the keys, never typed."""
    return wire.brand_body(
        {**values, "account_id": api_key.key, "primary_account_id": api_key.primary_account_key}
    )


@transaction.atomic
def submit_brand(
    scope: Scope,
    values: Mapping[str, Any],
    *,
    client: Client,
    api_key: ApiKey,
    actor: User,
    form_token: str = "",
    mail_me: bool = True,
    brand: Brand | None = None,
    draft: Draft | None = None,
) -> Brand:
    """Register a brand, or submit a refused one again. A second click with the same token finds the first's brand.

    Raises AlreadyOpen when the same tax number is on its way, NotNow for a brand that was not refused.
    """
    scope.require(Capability.SUBMIT_PAID)
    earlier = operation_of_form(scope.account.pk, form_token)
    if earlier is not None:
        return queries.brands(scope).get(pk=earlier.object_id)
    payload = brand_payload(values, api_key)
    if brand is not None and brand.state != BrandState.REFUSED:
        raise NotNow
    row = brand or Brand(account=scope.account, responsible=actor)
    row.client, row.api_key, row.wished = client, api_key, dict(values)
    for name in ("display_name", "company_name", "entity_type", "country", "vertical", "website"):
        setattr(row, name, payload.get(name, ""))
    row.ein = wire.digits(payload.get("ein", "")) or str(payload.get("ein", ""))
    row.ein_country = str(payload.get("ein_issuing_country") or payload.get("country", ""))
    for name, value in _waiting_to_be_sent(Axis.BRAND, BrandState.SUBMITTING).items():
        setattr(row, name, value)
    row.save()
    operation = submit(
        operations.CREATE_BRAND,
        row,
        actor=actor,
        api_key=api_key,
        payload=payload,
        natural_key=f"brand:{row.ein_country}:{row.ein or row.company_name.casefold()}"[:200],
        priority=Priority.PAID,
        fee=prices.BRAND_REGISTRATION,
        form_token=form_token,
    )
    _submitted(scope, row, operation, actor, mail_me=mail_me, draft=draft)
    return row


def _submitted(
    scope: Scope, row: Submittable, operation: Operation, actor: User, *, mail_me: bool, draft: Draft | None
) -> None:
    record(f"{row._meta.model_name}.submitted", row, actor=actor, after=operation.payload)
    answer_refusals(row, submission=operation.code)
    _follow_as_submitter(row, actor, mail_me=mail_me)
    _remember_key(scope, operation.api_key)
    if draft is not None:
        finish_draft(draft, row.pk)


# --- Use cases -----------------------------------------------------------------------------------


def check_use_case(scope: Scope, brand: Brand, use_case: str, *, actor: User) -> Inquiry:
    """Ask whether a brand may run a use case; the worker answers. Raises NotNow before Vonage knows the brand."""
    scope.require(Capability.PREPARE)
    if not brand.remote_id:
        raise NotNow
    return ask(
        operations.USE_CASE, brand, actor=actor, api_key=brand.api_key, question={"use_case": use_case}
    )


def campaign_fee(brand: Brand, use_case: str) -> Fee:
    """What the last use case check said a quarter costs; unknown when nobody asked."""
    answer = queries.qualification_of(brand, use_case)
    if answer is None or answer.quarterly_fee is None:
        return prices.CAMPAIGN_UNKNOWN
    return from_units(answer.quarterly_fee, FeeSource.QUALIFICATION)


# --- Campaigns -----------------------------------------------------------------------------------


def campaign_payload(values: Mapping[str, Any], api_key: ApiKey, code: str) -> dict[str, Any]:
    """The request body of a campaign; the label carries our code, the reseller is the key's."""
    own = {"account_id": api_key.key, "label": coded_label(str(values.get("label", "")), code)}
    if api_key.reseller_id:
        own["reseller_id"] = api_key.reseller_id
    return wire.campaign_body({**values, **own})


@transaction.atomic
def submit_campaign(
    scope: Scope,
    brand: Brand,
    values: Mapping[str, Any],
    *,
    actor: User,
    form_token: str = "",
    mail_me: bool = True,
    campaign: Campaign | None = None,
    draft: Draft | None = None,
) -> Campaign:
    """Submit a campaign of a brand, or a refused one again; `values` under our names (`use_case`, …).

    `values` may carry `flow` (the structured answers behind message_flow), which is kept and not sent.
    """
    scope.require(Capability.SUBMIT_PAID)
    earlier = operation_of_form(scope.account.pk, form_token)
    if earlier is not None:
        return queries.campaigns(scope).get(pk=earlier.object_id)
    if not brand.remote_id or (campaign is not None and campaign.state != CampaignState.REFUSED):
        raise NotNow
    code, api_key = make_code(), brand.api_key
    sent = {name: value for name, value in values.items() if name != "flow"}
    payload = campaign_payload(sent, api_key, code)
    row = campaign or Campaign(account=scope.account, brand=brand, responsible=actor)
    row.client, row.api_key, row.wished = brand.client, api_key, dict(values)
    row.use_case, row.vertical = str(payload["usecase"]), str(payload["vertical"])
    row.label, row.label_code = str(values.get("label", "")).strip(), code
    row.description = str(payload.get("description", ""))
    for name, value in _waiting_to_be_sent(Axis.CAMPAIGN, CampaignState.SUBMITTING).items():
        setattr(row, name, value)
    row.save()
    operation = submit(
        operations.CREATE_CAMPAIGN,
        row,
        actor=actor,
        api_key=api_key,
        payload=payload,
        natural_key=f"campaign:{code}",
        code=code,
        priority=Priority.PAID,
        fee=campaign_fee(brand, row.use_case),
        form_token=form_token,
    )
    _submitted(scope, row, operation, actor, mail_me=mail_me, draft=draft)
    return row


# --- Numbers -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Linking:
    """What came of asking to link some numbers: those on their way, and those left out with the reason."""

    links: tuple[NumberLink, ...]
    left_out: tuple[tuple[str, str], ...]


@transaction.atomic
def link_numbers(
    scope: Scope,
    campaign: Campaign,
    numbers: Sequence[tuple[str, str]],
    *,
    actor: User,
    mail_me: bool = True,
) -> Linking:
    """Link numbers, given as (country, digits), to a campaign. One that is on its way or linked here is left out."""
    scope.require(Capability.LINK_NUMBERS)
    if not campaign.remote_id:
        raise NotNow
    links: list[NumberLink] = []
    left_out: list[tuple[str, str]] = []
    for country, digits in numbers:
        try:
            with transaction.atomic():
                links.append(_link_one(scope, campaign, country, digits, actor=actor, mail_me=mail_me))
        except (AlreadyOpen, IntegrityError):
            left_out.append((digits, "on_its_way"))
        except NotNow:
            left_out.append((digits, "linked_here"))
    return Linking(tuple(links), tuple(left_out))


def _link_one(
    scope: Scope, campaign: Campaign, country: str, digits: str, *, actor: User, mail_me: bool
) -> NumberLink:
    row = NumberLink.objects.filter(account=scope.account, campaign=campaign, number=digits).first()
    if row is not None and row.gone_at is None and row.state in (NumberState.LINKED, NumberState.PENDING):
        raise NotNow
    row = row or NumberLink(account=scope.account, campaign=campaign, number=digits, responsible=actor)
    row.client, row.api_key, row.country, row.gone_at = campaign.client, campaign.api_key, country, None
    row.missing_since, row.missing_runs = None, 0
    for name, value in _waiting_to_be_sent(Axis.NUMBER, NumberState.SUBMITTING).items():
        setattr(row, name, value)
    row.save()
    operation = submit(
        operations.LINK_NUMBER,
        row,
        actor=actor,
        api_key=campaign.api_key,
        payload=wire.number_body({"country": country, "number": digits}),
        natural_key=f"number:{digits}",
        priority=Priority.NORMAL,
        fee=Fee(),
    )
    _submitted(scope, row, operation, actor, mail_me=mail_me, draft=None)
    return row


# --- Looking again -------------------------------------------------------------------------------


def sync_now(scope: Scope, row: Submittable, *, actor: User) -> Inquiry:
    """Read one object again; several clicks within seconds ask once. Raises NotNow before Vonage knows it."""
    scope.require(Capability.VIEW)
    if not row.remote_id:
        raise NotNow
    recent = Inquiry.objects.filter(
        kind=operations.REFRESH,
        object_type=row._meta.label_lower,
        object_id=row.pk,
        asked_at__gt=timezone.now() - timedelta(seconds=5),
    ).first()
    return recent or ask(operations.REFRESH, row, actor=actor, api_key=row.api_key)
