"""What a person can do with brands; one transaction each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey, Client, User
from portal.accounts.scope import Scope
from portal.drafts.actions import finish_draft
from portal.drafts.models import Draft
from portal.history.actions import answer_refusals, record, type_of
from portal.notices.actions import follow
from portal.notices.enums import FollowReason
from portal.outbox.actions import operation_of_form, submit
from portal.outbox.enums import OperationState, Priority
from portal.outbox.models import Operation
from portal.records.money import Fee
from tendlc import prices, queries, wire
from tendlc.actions.submitting import NotNow, submitted, waiting_to_be_sent
from tendlc.enums import Axis, BrandState
from tendlc.models import Brand
from tendlc.operations import CREATE_BRAND, DELETE_BRAND, REVET_BRAND, UPDATE_BRAND

# A change to one of these makes the registry verify the identity again, for a fee.
LEGAL_FIELDS = frozenset({"company_name", "ein", "ein_issuing_country", "entity_type"})
# Columns that carry the wish until Vonage answers, so that the brand can be found and shown.
WISHED_COLUMNS = (
    *("display_name", "company_name", "entity_type", "country", "vertical", "website", "email"),
    "alt_business_id",
)


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
    for name in WISHED_COLUMNS:
        setattr(row, name, payload.get(name, ""))
    row.phone = wire.digits(payload.get("phone", ""))
    row.ein = wire.tax_number(str(payload.get("ein", "")))
    row.ein_country = str(payload.get("ein_issuing_country") or payload.get("country", ""))
    for name, value in waiting_to_be_sent(Axis.BRAND, BrandState.SUBMITTING).items():
        setattr(row, name, value)
    row.save()
    operation = submit(
        CREATE_BRAND,
        row,
        actor=actor,
        api_key=api_key,
        payload=payload,
        natural_key=f"brand:{row.ein_country}:{row.ein or row.company_name.casefold()}"[:200],
        priority=Priority.PAID,
        fee=prices.BRAND_REGISTRATION,
        form_token=form_token,
    )
    submitted(scope, row, operation, actor, draft=draft)
    return row


# --- What is done to a brand that Vonage knows ----------------------------------------------------


def change_payload(brand: Brand, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The request body of a change: only what changed, in the form in which it is sent."""
    return wire.brand_patch(changes, country=brand.ein_country or brand.country)


def change_fee(changes: Mapping[str, Any]) -> Fee:
    """What a change costs by the list: re-verification for legal fields, and nothing that is known else."""
    return prices.REVERIFICATION if LEGAL_FIELDS & changes.keys() else Fee()


@transaction.atomic
def change_brand(
    scope: Scope,
    brand: Brand,
    changes: Mapping[str, Any],
    *,
    actor: User,
    form_token: str = "",
    draft: Draft | None = None,
) -> Operation:
    """Send the changed fields of a brand. Our wish stays beside Vonage's facts until they agree.

    Raises NotNow for a brand that Vonage does not have, AlreadyOpen while something else of it is on its way,
    DraftFinished for a draft that was sent or thrown away meanwhile.
    """
    scope.require(Capability.SUBMIT_PAID)
    earlier = operation_of_form(scope.account.pk, form_token)
    if earlier is not None:
        return earlier
    _require_registered(brand)
    if draft is not None:
        finish_draft(draft, brand.pk)
    before = wire.Brand.from_json(brand.raw)
    brand.wished = {**brand.wished, **changes}
    brand.elsewhere = {name: when for name, when in brand.elsewhere.items() if name not in changes}
    brand.save(update_fields=["wished", "elsewhere"])
    return _act(
        UPDATE_BRAND,
        brand,
        actor=actor,
        payload=change_payload(brand, changes),
        fee=change_fee(changes),
        form_token=form_token,
        before={name: getattr(before, name) for name in changes},
    )


@transaction.atomic
def accept_facts(scope: Scope, brand: Brand, *, actor: User) -> None:
    """Let go of every wish that Vonage's facts do not agree with: what Vonage holds is right."""
    scope.require(Capability.PREPARE)
    facts = wire.Brand.from_json(brand.raw)
    dropped = {
        name: wish
        for name, wish in brand.wished.items()
        if hasattr(facts, name) and not wire.same(name, str(wish), str(getattr(facts, name)))
    }
    brand.wished = {name: wish for name, wish in brand.wished.items() if name not in dropped}
    brand.elsewhere = {}
    brand.save(update_fields=["wished", "elsewhere"])
    record("brand.facts_accepted", brand, actor=actor, before=dropped)


@transaction.atomic
def delete_brand(scope: Scope, brand: Brand, *, actor: User, form_token: str = "") -> Operation:
    """Delete a brand at Vonage. Raises NotNow, AlreadyOpen."""
    scope.require(Capability.SUBMIT_PAID)
    earlier = operation_of_form(scope.account.pk, form_token)
    if earlier is not None:
        return earlier
    _require_registered(brand)
    return _act(DELETE_BRAND, brand, actor=actor, payload={}, fee=Fee(), form_token=form_token)


@transaction.atomic
def revet_brand(scope: Scope, brand: Brand, *, actor: User, form_token: str = "") -> Operation:
    """Ask for the one revetting. Raises NotNow with the reason when it is used up, AlreadyOpen."""
    scope.require(Capability.SUBMIT_PAID)
    earlier = operation_of_form(scope.account.pk, form_token)
    if earlier is not None:
        return earlier
    reason = why_no_revet(brand)
    if reason:
        raise NotNow(reason)
    return _act(REVET_BRAND, brand, actor=actor, payload={}, fee=prices.REVERIFICATION, form_token=form_token)


def why_no_revet(brand: Brand) -> str:
    """Why a brand cannot be revetted (any more), in words; "" when it can."""
    if not brand.remote_id or brand.gone_at:
        return _("Vonage does not have this brand.")
    done = (
        Operation.objects.filter(account_id=brand.account_id, kind=REVET_BRAND, state=OperationState.APPLIED)
        .filter(object_type=type_of(brand), object_id=brand.pk)
        .select_related("asked_by")
        .first()
    )
    if done is not None:
        values = {"day": f"{done.created_at:%Y-%m-%d}", "who": done.asked_by or "—"}
        return _("It was revetted on %(day)s (asked for by %(who)s). Vonage allows it once.") % values
    if brand.state == BrandState.PENDING:
        return _("The registry is checking it right now.")
    return ""


def _require_registered(brand: Brand) -> None:
    if not brand.remote_id or brand.gone_at:
        raise NotNow(_("Vonage does not have this brand."))


def _act(
    kind: str,
    brand: Brand,
    *,
    actor: User,
    payload: Mapping[str, Any],
    fee: Fee,
    form_token: str,
    before: Mapping[str, Any] | None = None,
) -> Operation:
    operation = submit(
        kind,
        brand,
        actor=actor,
        api_key=brand.api_key,
        payload=payload,
        priority=Priority.PAID if fee.minor else Priority.NORMAL,
        fee=fee,
        form_token=form_token,
    )
    record(f"brand.{kind.removeprefix('tendlc.')}", brand, actor=actor, before=before, after=payload)
    answer_refusals(brand, submission=operation.code)
    follow(brand, actor, FollowReason.SUBMITTER)
    return operation
