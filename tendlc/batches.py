"""What rows of batches mean here: numbers to be linked, and numbers to be taken off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy, gettext_noop

from portal.accounts.enums import Capability
from portal.accounts.scope import Scope
from portal.outbox.actions import AlreadyOpen
from portal.outbox.batches import BatchKind, CannotAsk, OnItsWay, Said, Verdict, register, said
from portal.outbox.enums import Priority
from portal.outbox.models import BatchRow, Operation
from tendlc import actions, queries
from tendlc.enums import CampaignState, NumberState
from tendlc.forms.number import LINKABLE, TOLL_FREE, Line, has_number_pool, read_number
from tendlc.models import Campaign, NumberLink

COLUMNS = ("number", "brand_id", "campaign_id")
UNREADABLE = gettext_noop("The number cannot be read: %(why)s")
NO_BRAND = gettext_noop("There is no brand %(brand)s here. The id is Vonage's, such as BLQKOPK.")
NO_CAMPAIGN = gettext_noop(
    "The brand has no campaign %(campaign)s here. The id is Vonage's, such as C1DEB879."
)
LINKED_THERE = gettext_noop("The number is linked to this campaign already, or is being linked.")
NOT_LINKED = gettext_noop("The number is not linked to this campaign.")
OFF_ALREADY = gettext_noop("The number is not linked to this campaign any more.")
CHANGED = gettext_noop("It was right when the file was checked, and is not any more. Check the file again.")
FOREIGN = gettext_noop("Not a US or Canadian number: campaigns take no others.")
IS_TOLL_FREE = gettext_noop("Toll-free numbers are verified in another way, not by 10DLC.")
ELSEWHERE = gettext_noop(
    "It is linked to another campaign (%(campaign)s); unlink it there first, or Vonage refuses it."
)
NOT_ACTIVE = gettext_noop("The campaign is not active; the number may wait, or be rejected, until it is.")
TOO_MANY = gettext_noop(
    "The campaign would have %(count)s numbers; without a number pool carriers take at most %(most)s."
)
LIVE = (NumberState.LINKED, NumberState.PENDING)


def _campaigns(scope: Scope, rows: Sequence[Mapping[str, str]]) -> dict[tuple[str, str], Campaign]:
    """The named campaigns of the account, by the ids Vonage gave them."""
    ids = {row["campaign_id"] for row in rows}
    found = queries.linkable_campaigns(scope).filter(remote_id__in=ids)
    return {(campaign.brand.remote_id, campaign.remote_id): campaign for campaign in found}


def _brands(scope: Scope, rows: Sequence[Mapping[str, str]]) -> set[str]:
    ids = {row["brand_id"] for row in rows} - {""}
    return set(queries.brands(scope).filter(remote_id__in=ids).values_list("remote_id", flat=True))


def _links(scope: Scope, lines: Iterable[Line]) -> dict[str, list[NumberLink]]:
    found: dict[str, list[NumberLink]] = {}
    for link in queries.numbers(scope).filter(number__in={line.digits for line in lines if line.digits}):
        found.setdefault(link.number, []).append(link)
    return found


class _Numbers(BatchKind):
    """What both kinds check alike: the number can be read, and the campaign is one of the account."""

    columns = COLUMNS
    capability = Capability.LINK_NUMBERS

    def check(self, scope: Scope, rows: Sequence[Mapping[str, str]]) -> Sequence[Verdict]:
        lines = [read_number(place, row["number"], "US") for place, row in enumerate(rows, 1)]
        campaigns, brands, links = _campaigns(scope, rows), _brands(scope, rows), _links(scope, lines)
        verdicts = []
        wanted = Counter[int]()
        for line, row in zip(lines, rows, strict=True):
            campaign = campaigns.get((row["brand_id"], row["campaign_id"]))
            problem = _problem(line, row, brands, campaign)
            if problem is not None or campaign is None:
                verdicts.append(Verdict(problem=problem))
            else:
                wanted[campaign.pk] += 1
                verdicts.append(self.judge(line, campaign, links.get(line.digits, [])))
        return self.weigh(verdicts, wanted, {campaign.pk: campaign for campaign in campaigns.values()})

    def judge(self, line: Line, campaign: Campaign, links: Sequence[NumberLink]) -> Verdict:
        raise NotImplementedError

    def weigh(
        self, verdicts: list[Verdict], wanted: Counter[int], campaigns: Mapping[int, Campaign]
    ) -> list[Verdict]:
        """A last look at the rows together."""
        return verdicts


def _problem(line: Line, row: Mapping[str, str], brands: set[str], campaign: Campaign | None) -> Said | None:
    if line.problem:
        return said(UNREADABLE, why=line.problem)
    if row["brand_id"] not in brands:
        return said(NO_BRAND, brand=row["brand_id"] or "—")
    return None if campaign else said(NO_CAMPAIGN, campaign=row["campaign_id"] or "—")


def _verdict(line: Line, campaign: Campaign, **more: Any) -> Verdict:
    values = {"campaign": campaign.pk, "country": line.country, "number": line.digits}
    return Verdict(f"number:{line.digits}", campaign.client_id, values, **more)


@register
class LinkNumbers(_Numbers):
    name = "tendlc.link_numbers"
    label = gettext_lazy("Link numbers from a file")
    consequence = gettext_lazy(
        "From then on messages from these numbers count as their campaigns at every US carrier. Linking costs "
        "nothing and takes minutes, at most 36 hours."
    )

    def judge(self, line: Line, campaign: Campaign, links: Sequence[NumberLink]) -> Verdict:
        living = [link for link in links if link.gone_at is None and link.state in LIVE]
        if any(link.campaign_id == campaign.pk for link in living):
            return _verdict(line, campaign, already=said(LINKED_THERE))
        return _verdict(line, campaign, cautions=list(_cautions(line, campaign, living)))

    def weigh(
        self, verdicts: list[Verdict], wanted: Counter[int], campaigns: Mapping[int, Campaign]
    ) -> list[Verdict]:
        """Where a campaign without a pool would have too many, each of its rows says so."""
        most, there = settings.TENDLC_NUMBERS_WITHOUT_POOL, queries.linked_counts(list(wanted))
        full = {
            pk: said(TOO_MANY, count=wanted[pk] + there.get(pk, 0), most=most)
            for pk in wanted
            if wanted[pk] + there.get(pk, 0) > most and not has_number_pool(campaigns[pk])
        }
        return [
            replace(verdict, cautions=[*verdict.cautions, full[verdict.values["campaign"]]])
            if verdict.values.get("campaign") in full and verdict.already is None
            else verdict
            for verdict in verdicts
        ]

    def ask(self, scope: Scope, row: BatchRow) -> Operation:
        campaign = queries.linkable_campaigns(scope).filter(pk=row.values["campaign"]).first()
        if campaign is None:
            raise CannotAsk(said(CHANGED))
        country, number = row.values["country"], row.values["number"]
        try:
            return actions.link_number(
                scope, campaign, country, number, actor=scope.user, priority=Priority.BULK
            )
        except (actions.NotNow, AlreadyOpen) as reason:
            raise OnItsWay from reason


def _cautions(line: Line, campaign: Campaign, living: Sequence[NumberLink]) -> Iterable[Said]:
    if line.country not in LINKABLE:
        yield said(FOREIGN)
    if line.kind == TOLL_FREE:
        yield said(IS_TOLL_FREE)
    if campaign.state != CampaignState.ACTIVE:
        yield said(NOT_ACTIVE)
    for link in living:
        yield said(ELSEWHERE, campaign=link.campaign.remote_id)


@register
class UnlinkNumbers(_Numbers):
    name = "tendlc.unlink_numbers"
    label = gettext_lazy("Unlink numbers from a file")
    consequence = gettext_lazy(
        "US carriers then refuse messages from these numbers, or deliver them as unregistered traffic. Linking "
        "them again takes minutes to 36 hours."
    )

    def judge(self, line: Line, campaign: Campaign, links: Sequence[NumberLink]) -> Verdict:
        link = next((link for link in links if link.campaign_id == campaign.pk), None)
        if link is None or not link.remote_id:
            return Verdict(problem=said(NOT_LINKED))
        if not actions.may_be_unlinked(link):
            return _verdict(line, campaign, already=said(OFF_ALREADY))
        return _verdict(line, campaign)

    def ask(self, scope: Scope, row: BatchRow) -> Operation:
        link = (
            queries.numbers(scope)
            .filter(campaign=row.values["campaign"], number=row.values["number"])
            .first()
        )
        if link is None:
            raise CannotAsk(said(CHANGED))
        try:
            return actions.unlink_number(scope, link, actor=scope.user, priority=Priority.BULK)
        except (actions.NotNow, AlreadyOpen) as reason:
            raise OnItsWay from reason
