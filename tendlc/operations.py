"""One class a kind of remote effect: what to send, what proves that it happened, what to store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.history.actions import about, note_refusal
from portal.history.enums import Source
from portal.notices.actions import tell
from portal.notices.catalogue import register_object
from portal.notices.models import Follow
from portal.outbox.actions import release_key
from portal.outbox.inquiries import keep
from portal.outbox.kinds import Found, Kind, Sighting, TakenAlready, answers, register
from portal.outbox.models import Inquiry, Operation
from portal.outbox.storing import refusal_of
from portal.records.pulse import Pulse
from portal.vonage.http import ApiClient
from portal.vonage.problems import NotFound, UseCaseDenied
from tendlc import queries, wire
from tendlc.client import TenDlcClient
from tendlc.enums import BrandState, CampaignState, NumberState, WaitingOn
from tendlc.labels import split_label
from tendlc.lifecycle import number_state
from tendlc.messages import path_of
from tendlc.models import Brand, Campaign, NumberLink, Vetting
from tendlc.sync import (
    Seen,
    absorb_brand,
    absorb_campaign,
    absorb_number,
    absorb_qualification,
    refresh,
    walk_key,
)

CREATE_BRAND, CREATE_CAMPAIGN, LINK_NUMBER = (
    "tendlc.create_brand",
    "tendlc.create_campaign",
    "tendlc.link_number",
)
KEY_TEST, USE_CASE, REFRESH, SYNC_KEY = (
    "tendlc.key_test",
    "tendlc.use_case",
    "tendlc.refresh",
    "tendlc.sync_key",
)


def _refuse(
    operation: Operation,
    row: Brand | Campaign | NumberLink,
    problem: Mapping[str, Any],
    state: str,
    notice: str,
) -> None:
    """The object waits for its people, with the reason; a cancelled wish is told to nobody."""
    type(row).objects.filter(pk=row.pk).update(
        state=state, waiting_on=WaitingOn.US, waiting_since=timezone.now(), expected_by=None
    )
    if problem.get("code") == "cancelled":
        return
    refusal_of(operation, row, problem)
    detail = str(problem.get("detail") or problem.get("title") or problem.get("code"))
    tell(notice, row, key=f"{notice}:{operation.pk}", path=path_of(row), values={"detail": detail})


@register
class CreateBrand(Kind):
    """POST a brand. Evidence: tax number and its country; without one, company name and country."""

    name = CREATE_BRAND
    label = _("Register a brand")

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        began = timezone.now()
        walk = TenDlcClient(api).walk_brands()
        wanted = wire.Brand.from_json(operation.payload)
        found, possible = list[Found](), list[Found]()
        for brand in walk:
            if not brand.brand_id:
                continue
            if brand.ein and _tax_number(brand) == _tax_number(wanted):
                found.append(Found(brand.brand_id, brand.raw, began))
            elif not (brand.ein and wanted.ein) and _company(brand) == _company(wanted):
                possible.append(Found(brand.brand_id, brand.raw, began))
        if not wanted.ein:  # then name and country are all the evidence there is
            found, possible = possible, []
        return Sighting(tuple(found), walk.complete, tuple(possible))

    def send(self, operation: Operation, api: ApiClient) -> Found:
        brand = TenDlcClient(api).create_brand(operation.payload)
        return Found(brand.brand_id, brand.raw)

    def applied(self, operation: Operation, found: Found) -> None:
        brand = Brand.objects.select_related("api_key").get(pk=operation.object_id)
        found = _give_way(brand, found)
        record = wire.Brand.from_json(dict(found.raw))
        absorb_brand(record, api_key=brand.api_key, seen=Seen(found.asked_at, Source.ANSWER), brand=brand)

    def page(self, operation: Operation) -> str:
        brand = Brand.objects.filter(pk=operation.object_id).first()
        return path_of(brand) if brand else ""

    def refused(self, operation: Operation, problem: Mapping[str, Any]) -> None:
        brand = Brand.objects.get(pk=operation.object_id)
        _refuse(operation, brand, problem, BrandState.REFUSED, "tendlc.brand_refused")


def _tax_number(brand: wire.Brand) -> tuple[str, str]:
    """What tells one business from another: letters and digits of the number, and its country."""
    country = (brand.ein_issuing_country or brand.country).upper()
    return "".join(filter(str.isalnum, brand.ein)).upper(), country


def _company(brand: wire.Brand) -> tuple[str, str]:
    return " ".join(brand.company_name.casefold().split()), brand.country.upper()


def _give_way(keeper: Brand | Campaign, found: Found) -> Found:
    """A sync may have mirrored the new object before its answer was stored: that row is folded into ours.

    Answers what is known best of it. Raises TakenAlready for a row that somebody asked for.
    """
    model = type(keeper)
    twin = model._default_manager.filter(account_id=keeper.account_id, remote_id=found.remote_id)
    twin_row = twin.exclude(pk=keeper.pk).first()
    if twin_row is None:
        return found
    names = about(twin_row)
    if Operation.objects.filter(object_type=names["object_type"], object_id=twin_row.pk).exists():
        raise TakenAlready(str(twin_row))
    Follow.objects.filter(object_type=names["object_type"], object_id=twin_row.pk).delete()
    owner = {
        "client_id": keeper.client_id,
        "api_key_id": keeper.api_key_id,
        "responsible_id": keeper.responsible_id,
    }
    if isinstance(twin_row, Brand) and isinstance(keeper, Brand):
        Campaign.objects.filter(brand=twin_row).update(brand=keeper, **owner)
        NumberLink.objects.filter(campaign__brand=keeper).update(**owner)
        Vetting.objects.filter(brand=twin_row).update(brand=keeper, **owner)
        twin_row.qualifications.update(brand_id=keeper.pk, client_id=keeper.client_id)
    elif isinstance(twin_row, Campaign) and isinstance(keeper, Campaign):
        NumberLink.objects.filter(campaign=twin_row).update(campaign=keeper, **owner)
        twin_row.carriers.all().delete()
    twin_row.delete()
    newer = twin_row.seen_at is not None and twin_row.seen_at > found.asked_at
    return Found(found.remote_id, twin_row.raw, twin_row.seen_at) if newer and twin_row.seen_at else found


@register
class CreateCampaign(Kind):
    """POST a campaign. Evidence: our code at the end of its label, within its brand."""

    name = CREATE_CAMPAIGN
    label = _("Submit a campaign")

    def prepare(self, operation: Operation, api: ApiClient) -> None:
        """The use case is checked again when the last answer is too old; a denial refuses the campaign unsent."""
        campaign = _campaign(operation)
        if queries.is_fresh(queries.qualification_of(campaign.brand, campaign.use_case)):
            return
        _qualify(campaign.brand, campaign.use_case, api)

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        """By our code, and by those of earlier submissions: one that was taken back may have arrived."""
        walk = TenDlcClient(api).walk_campaigns(_campaign(operation).brand.remote_id)
        codes = set(
            Operation.objects.filter(
                kind=self.name, object_type=operation.object_type, object_id=operation.object_id
            ).values_list("code", flat=True)
        )
        found = tuple(
            Found(campaign.campaign_id, campaign.raw)
            for campaign in walk
            if campaign.campaign_id and split_label(campaign.label)[1] in codes
        )
        return Sighting(found, walk.complete)

    def send(self, operation: Operation, api: ApiClient) -> Found:
        brand_id = _campaign(operation).brand.remote_id
        campaign = TenDlcClient(api).create_campaign(brand_id, operation.payload)
        return Found(campaign.campaign_id, campaign.raw)

    def applied(self, operation: Operation, found: Found) -> None:
        campaign = _campaign(operation)
        found = _give_way(campaign, found)
        record = wire.Campaign.from_json(dict(found.raw))
        seen = Seen(found.asked_at, Source.ANSWER)
        absorb_campaign(record, brand=campaign.brand, seen=seen, campaign=campaign)

    def page(self, operation: Operation) -> str:
        return path_of(_campaign(operation))

    def refused(self, operation: Operation, problem: Mapping[str, Any]) -> None:
        _refuse(operation, _campaign(operation), problem, CampaignState.REFUSED, "tendlc.campaign_refused")


def _campaign(operation: Operation) -> Campaign:
    return Campaign.objects.select_related("brand__api_key").get(pk=operation.object_id)


# Still listed there, but not linked: linking again is a request of its own.
NOT_LINKED = (NumberState.REJECTED, NumberState.UNLINKING, NumberState.UNLINKED)


@register
class LinkNumber(Kind):
    """POST a number to a campaign. Evidence: the number can be read there."""

    name = LINK_NUMBER
    label = _("Link a number")
    idempotent = True

    def look(self, operation: Operation, api: ApiClient) -> Sighting:
        link = _link(operation)
        campaign = link.campaign
        try:
            record = TenDlcClient(api).get_number(campaign.brand.remote_id, campaign.remote_id, link.number)
        except NotFound:
            return Sighting()
        if number_state(record.status) in NOT_LINKED:
            return Sighting()
        return Sighting((Found(record.digits, record.raw),))

    def send(self, operation: Operation, api: ApiClient) -> Found:
        campaign = _link(operation).campaign
        record = TenDlcClient(api).link_number(
            campaign.brand.remote_id, campaign.remote_id, operation.payload
        )
        return Found(record.digits, record.raw)

    def applied(self, operation: Operation, found: Found) -> None:
        link = _link(operation)
        record = wire.NumberLink.from_json(dict(found.raw))
        absorb_number(record, campaign=link.campaign, seen=Seen(found.asked_at, Source.ANSWER), link=link)

    def page(self, operation: Operation) -> str:
        return path_of(_link(operation))

    def refused(self, operation: Operation, problem: Mapping[str, Any]) -> None:
        _refuse(operation, _link(operation), problem, NumberState.REFUSED, "tendlc.number_refused")


def _link(operation: Operation) -> NumberLink:
    return NumberLink.objects.select_related("campaign__brand").get(pk=operation.object_id)


register_object(
    "tendlc.brand", lookup=lambda scope, pk: queries.brands(scope).filter(pk=pk).first(), page="tendlc:brand"
)
register_object(
    "tendlc.campaign",
    lookup=lambda scope, pk: queries.campaigns(scope).filter(pk=pk).first(),
    page="tendlc:campaign",
)


# --- Reads that somebody waits for ---------------------------------------------------------------


@answers(KEY_TEST)
def test_key(inquiry: Inquiry, api: ApiClient) -> Mapping[str, Any]:
    """The smallest read there is; success releases what the key held up."""
    page = TenDlcClient(api).list_brands(page=1, page_size=1)
    release_key(inquiry.api_key)
    return {"brands": page.total_items}


@answers(USE_CASE)
def check_use_case(inquiry: Inquiry, api: ApiClient) -> Mapping[str, Any]:
    """May this brand run this use case; "denied" is an answer too."""
    brand = Brand.objects.get(pk=inquiry.object_id)
    use_case = str(inquiry.question["use_case"])
    try:
        qualification = _qualify(brand, use_case, api)
    except UseCaseDenied:
        return {"qualified": False}
    return {"qualified": qualification.qualified, "qualification": qualification.pk}


def _qualify(brand: Brand, use_case: str, api: ApiClient) -> Any:
    try:
        record = TenDlcClient(api).check_use_case(brand.remote_id, use_case)
    except UseCaseDenied as denial:
        absorb_qualification(
            None, brand=brand, use_case=use_case, reason=denial.detail or denial.title, raw=denial.as_record()
        )
        note_refusal(
            brand,
            said_by="vonage",
            code=denial.problem_type,
            text=denial.detail or denial.title,
            fields=[{"field": "use_case", "description": use_case}],
            instance=denial.instance,
        )
        raise
    return absorb_qualification(record, brand=brand, use_case=use_case)


_MODELS: Mapping[str, Any] = {
    "tendlc.brand": Brand.objects.select_related("api_key"),
    "tendlc.campaign": Campaign.objects.select_related("brand__api_key"),
    "tendlc.numberlink": NumberLink.objects.select_related("campaign__brand"),
    "tendlc.vetting": Vetting.objects.select_related("brand"),
}


@answers(REFRESH)
def refresh_now(inquiry: Inquiry, api: ApiClient) -> Mapping[str, Any]:
    """Read one object again because somebody asked."""
    row = _MODELS[inquiry.object_type].get(pk=inquiry.object_id)
    refresh(row, api)
    return {}


@answers(SYNC_KEY)
def sync_key_now(inquiry: Inquiry, api: ApiClient) -> Mapping[str, Any]:
    """Walk everything a key holds because somebody asked."""
    return walk_key(inquiry.api_key, api, progress=Pulse(lambda: keep(inquiry))).as_json()
