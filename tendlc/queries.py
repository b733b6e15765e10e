"""Reads of 10DLC objects, always scoped, with their joins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from portal.accounts.models import ApiKey
from portal.accounts.scope import Scope
from portal.history.actions import type_of
from portal.history.models import Change, Refusal
from portal.records.search import digits_in, in_any, of_parents, words_of
from tendlc.enums import Axis, BrandState, CampaignState, NumberState, Presence, WaitingOn
from tendlc.models import (
    Brand,
    Campaign,
    CampaignTemplate,
    Deadline,
    NumberLink,
    OwnedNumber,
    Qualification,
    SyncRun,
    Vetting,
    VettingClass,
    VettingProvider,
)

Row = TypeVar("Row", bound=models.Model)
WAITING = Q(gone_at=None) & ~Q(waiting_on__in=("", WaitingOn.NOBODY))


def brands(scope: Scope) -> QuerySet[Brand]:
    return scope.rows(Brand.objects.select_related("client", "api_key", "responsible"))


def campaigns(scope: Scope) -> QuerySet[Campaign]:
    return scope.rows(Campaign.objects.select_related("brand", "client", "api_key", "responsible"))


def numbers(scope: Scope) -> QuerySet[NumberLink]:
    return scope.rows(
        NumberLink.objects.select_related("campaign__brand", "client", "api_key", "responsible")
    )


def vettings(scope: Scope) -> QuerySet[Vetting]:
    return scope.rows(Vetting.objects.select_related("brand", "client", "api_key", "responsible"))


def deadlines(scope: Scope) -> QuerySet[Deadline]:
    """Open deadlines, the next first."""
    rows = scope.rows(Deadline.objects.filter(done_at=None).select_related("brand", "campaign", "client"))
    return rows.order_by("due_at", "id")


def done_deadlines(scope: Scope) -> QuerySet[Deadline]:
    """Deadlines that a person, or what Vonage said, has closed."""
    rows = Deadline.objects.exclude(done_at=None)
    return scope.rows(rows.select_related("brand", "campaign", "client", "done_by"))


def deadlines_about(scope: Scope, obj: models.Model) -> QuerySet[Deadline]:
    """Open deadlines about an object itself, rather than about what hangs on it."""
    return deadlines(scope).filter(object_type=type_of(obj), object_id=obj.pk)


def live_campaigns(brand: Brand) -> QuerySet[Campaign]:
    """Campaigns of a brand that are registered and not known to be over."""
    over = (CampaignState.STOPPED, CampaignState.EXPIRED, CampaignState.REFUSED, CampaignState.SUBMITTING)
    return brand.campaigns.filter(gone_at=None).exclude(remote_id="").exclude(state__in=over)


def vetting_providers(scope: Scope) -> list[VettingProvider]:
    """Who vets, as the last reading of Vonage's list says."""
    return list(VettingProvider.objects.filter(account=scope.account, gone_at=None).order_by("pk"))


@dataclass(frozen=True)
class VettingCatalogue:
    """Every provider and class that was ever listed, by the codes vettings carry."""

    providers: Mapping[str, VettingProvider]
    classes: Mapping[str, VettingClass]


def vetting_catalogue(scope: Scope) -> VettingCatalogue:
    """Who vetted and what was looked at, by name; also what is not offered any more. Two queries."""
    providers = VettingProvider.objects.filter(account=scope.account)
    classes = VettingClass.objects.filter(account=scope.account)
    return VettingCatalogue({one.evp_id: one for one in providers}, {one.class_id: one for one in classes})


def vetting_classes(scope: Scope) -> list[VettingClass]:
    return list(VettingClass.objects.filter(account=scope.account, gone_at=None).order_by("pk"))


def in_state(rows: QuerySet[Row], state: str) -> QuerySet[Row]:
    """Rows that stand so at Vonage; for "gone" those that are not there any more, however they stood."""
    if state == Presence.GONE:
        return rows.exclude(gone_at=None)
    return rows.filter(state=state, gone_at=None)


BRAND_COLUMNS = ("display_name", "company_name", "remote_id", "website", "email", "alt_business_id")
CAMPAIGN_COLUMNS = ("label", "description", "remote_id", "tcr_campaign_id", "label_code", "use_case")
VETTING_COLUMNS = ("evp_id", "vetting_class", "remote_id")


def brand_search(rows: QuerySet[Brand], text: str) -> QuerySet[Brand]:
    """Brands by what a person remembers: names, tax number and other business id, remote id, website, e-mail, phone."""
    for word in words_of(text):
        rows = rows.filter(_brand_has(word))
    return rows


def _brand_has(word: str, through: str = "") -> Q:
    numbers = digits_in(f"{through}ein", word) | digits_in(f"{through}phone", word)
    return in_any(BRAND_COLUMNS, word, through) | numbers


def campaign_search(
    rows: QuerySet[Campaign], text: str, parents: QuerySet[Brand] | None = None
) -> QuerySet[Campaign]:
    """Campaigns by label, text, ids, our code and use case, and by what their brand is called.

    `parents` are the brands that may be looked at, to keep the account's own apart early.
    """
    brands_there = Brand.objects.all() if parents is None else parents
    for word in words_of(text):
        so_called = of_parents(
            "brand", word, brands_there.filter(_brand_has(word)), _brand_has(word, "brand__")
        )
        rows = rows.filter(_campaign_has(word) | so_called)
    return rows


def _campaign_has(word: str, through: str = "") -> Q:
    return in_any(CAMPAIGN_COLUMNS, word.lstrip("#") or word, through)


def number_search(rows: QuerySet[NumberLink], text: str, scope: Scope) -> QuerySet[NumberLink]:
    """Numbers by their digits, and by their campaign and its brand."""
    for word in words_of(text):
        so_called = campaign_search(campaigns(scope), word, brands(scope))
        joined = _campaign_has(word, "campaign__") | _brand_has(word, "campaign__brand__")
        rows = rows.filter(digits_in("number", word) | of_parents("campaign", word, so_called, joined))
    return rows


def vetting_search(rows: QuerySet[Vetting], text: str, scope: Scope) -> QuerySet[Vetting]:
    """Vettings by provider and class, by code or by name, by id, and by their brand."""
    words = words_of(text)
    catalogue = vetting_catalogue(scope) if words else VettingCatalogue({}, {})
    for word in words:
        named = _named("evp_id", catalogue.providers, word) | _named("vetting_class", catalogue.classes, word)
        so_called = brand_search(brands(scope), word)
        so_called_too = of_parents("brand", word, so_called, _brand_has(word, "brand__"))
        rows = rows.filter(in_any(VETTING_COLUMNS, word) | named | so_called_too)
    return rows


def _named(column: str, known: Mapping[str, object], word: str) -> Q:
    """The codes of what is called so, as the trigram index takes them; to be joined by OR."""
    codes = [code for code, one in known.items() if word.casefold() in str(one).casefold()]
    return Q(*(Q(**{f"{column}__iexact": code}) for code in codes), _connector=Q.OR)


# Where a number hangs, or will: nobody else's campaign can have it.
HANGING = (
    NumberState.SUBMITTING,
    NumberState.PENDING,
    NumberState.LINKED,
    NumberState.UNLINKING,
    NumberState.UNKNOWN,
)


def owned_numbers(scope: Scope, where: str = "") -> QuerySet[OwnedNumber]:
    """The numbers of the account's keys, all of them or only the "free" or the "linked".

    Whoever works for some clients does not see the numbers that hang on a campaign of the others.
    """
    hanging = NumberLink.objects.filter(
        account=scope.account, number=OuterRef("number"), state__in=HANGING, gone_at=None
    )
    rows = OwnedNumber.objects.filter(account=scope.account, gone_at=None).select_related("api_key")
    if where:
        rows = rows.filter(Exists(hanging) if where == "linked" else ~Exists(hanging))
    if scope.client_ids is not None:
        rows = rows.filter(~Exists(hanging.exclude(client_id__in=scope.client_ids)))
    return rows


def owned_search(rows: QuerySet[OwnedNumber], words: str) -> QuerySet[OwnedNumber]:
    """By digits, however they are punctuated."""
    digits = "".join(filter(str.isdigit, words))
    if words.strip() and not digits:
        return rows.none()
    return rows.filter(number__contains=digits) if digits else rows


def last_owned_run(scope: Scope) -> SyncRun | None:
    """When the list of owned numbers was last read, and how that went."""
    return SyncRun.objects.filter(account=scope.account, scope="owned").order_by("-id").first()


def links_of(scope: Scope, digits: Iterable[str]) -> dict[str, NumberLink]:
    """Where each of some numbers hangs, as far as the person may know."""
    rows = numbers(scope).filter(number__in=list(digits), state__in=HANGING, gone_at=None).order_by("id")
    return {row.number: row for row in rows}


def usable_keys(scope: Scope) -> QuerySet[ApiKey]:
    """Keys that a form may offer as the one that pays: active, with a secret, entered for this host."""
    return (
        ApiKey.objects.filter(account=scope.account, is_active=True, host=settings.VONAGE_API_URL)
        .exclude(secret="")
        .order_by("-is_primary", "label", "pk")
    )


def changes_of(obj: models.Model, limit: int = 100) -> QuerySet[Change]:
    """The timeline of an object the caller may see, newest first."""
    return Change.objects.filter(
        account_id=obj.account_id,  # type: ignore[attr-defined]
        object_type=type_of(obj),
        object_id=obj.pk,
    ).order_by("-seen_at", "-id")[:limit]


def carrier_changes_of(campaign: Campaign, limit: int = 60) -> QuerySet[Change]:
    """What each carrier was seen to say of a campaign, newest first."""
    rows = Change.objects.filter(
        account_id=campaign.account_id,
        object_type=type_of(campaign),
        object_id=campaign.pk,
        axis=Axis.CARRIER,
    )
    return rows.order_by("-seen_at", "-id")[:limit]


def campaign_templates(scope: Scope) -> QuerySet[CampaignTemplate]:
    """Templates made from campaigns of the clients a person works for; they may be used for any brand."""
    return scope.rows(CampaignTemplate.objects.select_related("made_by", "client")).order_by("name", "pk")


def refusals_of(obj: models.Model) -> QuerySet[Refusal]:
    return Refusal.objects.filter(
        account_id=obj.account_id,  # type: ignore[attr-defined]
        object_type=type_of(obj),
        object_id=obj.pk,
    ).order_by("-id")


def latest_qualifications(brand: Brand) -> dict[str, Qualification]:
    """The newest answer for each use case that was ever checked for a brand."""
    newest: dict[str, Qualification] = {}
    for row in brand.qualifications.order_by("checked_at", "id"):
        newest[row.use_case] = row
    return newest


def qualification_of(brand: Brand, use_case: str) -> Qualification | None:
    return brand.qualifications.filter(use_case=use_case).order_by("-checked_at", "-id").first()


def is_fresh(qualification: Qualification | None) -> bool:
    """Young enough to submit on (OUTBOX_QUALIFICATION_HOURS); the engine asks again otherwise."""
    age = timedelta(hours=settings.OUTBOX_QUALIFICATION_HOURS)
    return qualification is not None and timezone.now() - qualification.checked_at < age


def linkable_campaigns(scope: Scope) -> QuerySet[Campaign]:
    """Campaigns that exist at Vonage; no status, known or not, stops a person from linking."""
    return campaigns(scope).exclude(remote_id="").filter(gone_at=None)


def campaigns_to_link(scope: Scope) -> QuerySet[Campaign]:
    """Campaigns that exist at Vonage, and those on their way there, for which numbers wait."""
    there = Q(gone_at=None) & ~Q(remote_id="")
    return campaigns(scope).filter(there | Q(state=CampaignState.SUBMITTING))


def brands_for_campaigns(scope: Scope) -> QuerySet[Brand]:
    """Brands that exist at Vonage, and those on their way there, for which campaigns wait."""
    there = Q(gone_at=None) & ~Q(remote_id="")
    return brands(scope).filter(there | Q(state=BrandState.SUBMITTING))


def waiting_for_us(scope: Scope, limit: int) -> list[Brand | Campaign | NumberLink]:
    """What waits for the account's own people, the latest first: news is what they have not seen."""
    rows = _waiting(scope, Q(waiting_on=WaitingOn.US), "-waiting_since", limit)
    return sorted(rows, key=lambda row: row.waiting_since or row.created_at, reverse=True)[:limit]


def waiting_for_others(scope: Scope, limit: int) -> list[Brand | Vetting | Campaign | NumberLink]:
    """What waits for Vonage, providers and carriers, the longest waiting first."""
    others = ~Q(waiting_on=WaitingOn.US)
    rows: list[Brand | Vetting | Campaign | NumberLink] = [
        *_waiting(scope, others, "waiting_since", limit),
        *vettings(scope).filter(WAITING, others).order_by("waiting_since")[:limit],
    ]
    return sorted(rows, key=lambda row: row.waiting_since or row.created_at)[:limit]


def _waiting(scope: Scope, who: Q, order: str, limit: int) -> list[Brand | Campaign | NumberLink]:
    return [
        *brands(scope).filter(WAITING, who).order_by(order)[:limit],
        *campaigns(scope).filter(WAITING, who).order_by(order)[:limit],
        *numbers(scope).filter(WAITING, who).order_by(order)[:limit],
    ]


def counts(scope: Scope) -> dict[str, dict[str, int]]:
    """How many of each thing are in each state, one query a thing."""
    return {
        name: dict(
            rows.order_by().values_list("state").annotate(Count("pk")).values_list("state", "pk__count")
        )
        for name, rows in (
            ("brands", brands(scope).filter(gone_at=None)),
            ("campaigns", campaigns(scope).filter(gone_at=None)),
            ("numbers", numbers(scope).filter(gone_at=None)),
        )
    }


def linked_counts(campaigns: list[int]) -> dict[int, int]:
    """How many numbers hang on each of some campaigns the caller may see."""
    rows = NumberLink.objects.filter(campaign__in=campaigns, state__in=HANGING, gone_at=None)
    return dict(
        rows.order_by().values_list("campaign").annotate(Count("pk")).values_list("campaign", "pk__count")
    )
