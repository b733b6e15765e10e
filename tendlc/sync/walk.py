"""Walking everything a key holds at Vonage, counting pages, and descending where it is worth a call."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from portal.accounts.models import ApiKey
from portal.vonage.http import ApiClient
from portal.vonage.problems import NotFound, VonageError
from tendlc import wire
from tendlc.client import TenDlcClient
from tendlc.enums import BrandState, CampaignState, NumberState, VettingState
from tendlc.models import Brand
from tendlc.sync.absence import not_found
from tendlc.sync.absorb import absorb_feedback
from tendlc.sync.bulk import BRANDS, CAMPAIGNS, NUMBERS, VETTINGS
from tendlc.sync.gathering import Gathering, Progress, Report, stop_if_the_key_is_at_fault

MOVING_BRANDS = Q(state__in=(BrandState.PENDING, BrandState.UNKNOWN))
MOVING_VETTINGS = Q(state__in=(VettingState.PENDING, VettingState.UNKNOWN))
MOVING_CAMPAIGNS = Q(state__in=(CampaignState.IN_REVIEW, CampaignState.UNKNOWN, CampaignState.STOPPING)) | Q(
    carriers__state="review", state=CampaignState.ACTIVE
)
MOVING_NUMBERS = Q(state__in=(NumberState.PENDING, NumberState.UNKNOWN, NumberState.UNLINKING))
# Within this time a cycle has been everywhere once.
ROTATION = timedelta(days=1)
# So many brands are read from the database at a time.
AT_A_TIME = 100
# So many brands whose lists are owed from before are visited in a cycle: if lists fail everywhere, it stays a cycle.
MOST_OWED = 300


def silent(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def walk_key(
    api_key: ApiKey, api: ApiClient, *, progress: Progress = silent, since: datetime | None = None
) -> Report:
    """Read the brand list, then descend into every brand: vettings, campaigns and their numbers.

    With `since` it goes on with a walk that was asked for then and was interrupted: brands whose lists all came
    whole after that are left out.
    """
    walker = Walker(api_key, TenDlcClient(api), Report(), progress)
    with walker:
        brands = walker.brands()
        walker.descend_into(_left(brands, since), of=len(brands))
    report = walker.report
    if report.ok and api_key.imported_at is None:
        ApiKey.objects.filter(pk=api_key.pk).update(imported_at=timezone.now())
    return report


def _left(brands: Sequence[int], since: datetime | None) -> list[int]:
    if since is None:
        return list(brands)
    done = set(Brand.objects.filter(pk__in=brands, descended_at__gte=since).values_list("pk", flat=True))
    return [pk for pk in brands if pk not in done]


def cycle_key(api_key: ApiKey, api: ApiClient, *, progress: Progress = silent) -> Report:
    """Read the brand list, and descend only where it brought news, where news from before were not followed to
    their end, and where nobody has been for longest.

    The share that is visited without news makes a full rotation in a day, which bounds how stale anything is.
    """
    walker = Walker(api_key, TenDlcClient(api), Report(), progress)
    with walker:
        brands = walker.brands()
        share = settings.TENDLC_WALK_SECONDS / ROTATION.total_seconds()
        unchanged = Brand.objects.filter(pk__in=walker.unchanged).values_list("pk", flat=True)
        # Any of them, so that those whose lists fail for ever do not keep the others out.
        owed = unchanged.filter(descended_at=None).order_by("?")[:MOST_OWED]
        longest = unchanged.exclude(descended_at=None).order_by("descended_at")
        news = [pk for pk in brands if pk not in walker.unchanged]
        walker.descend_into([*news, *owed, *longest[: math.ceil(len(brands) * share)]])
    return walker.report


class Walker(Gathering):
    """Walks lists of one key; what it read is taken in at the latest when the context ends."""

    def __init__(self, api_key: ApiKey, client: TenDlcClient, report: Report, progress: Progress) -> None:
        super().__init__(api_key, report, progress)
        self.client = client
        self.unchanged: set[int] = set()

    def __enter__(self) -> Walker:
        return self

    def __exit__(self, *_: object) -> None:
        self.flush()

    def brands(self) -> list[int]:
        listed = self.begin("brands", BRANDS, self.api_key, lambda row: self.client.get_brand(row.remote_id))
        self.take(listed, self.client.walk_brands(), self._deleted_ones())
        self.flush()
        self.unchanged = listed.unchanged
        return listed.rows

    def _deleted_ones(self) -> Callable[[wire.Brand], bool]:
        """Which of the listed are marked as gone here and still are: a list may go on carrying what was deleted
        (`reference/reliability.md` §1). One that is listed is asked for by its id, and then once a day.
        """
        marked = Brand.objects.filter(account_id=self.api_key.account_id).exclude(gone_at=None)
        columns = marked.exclude(remote_id="").values_list("remote_id", "pk", "gone_at", "seen_at")
        gone = {remote_id: (pk, since, seen_at) for remote_id, pk, since, seen_at in columns}
        day_ago = timezone.now() - ROTATION

        def is_deleted(record: wire.Brand) -> bool:
            if record.brand_id not in gone:
                return False
            pk, since, seen_at = gone[record.brand_id]
            if since and seen_at and seen_at > max(since, day_ago):
                return True
            try:
                self.client.get_brand(record.brand_id)
            except NotFound:
                Brand.objects.filter(pk=pk).update(seen_at=timezone.now())
                return True
            except VonageError as error:
                stop_if_the_key_is_at_fault(error)
                return True
            return False

        return is_deleted

    def descend_into(self, brands: Sequence[int], of: int | None = None) -> None:
        total = of or len(brands)
        done = total - len(brands)
        for start in range(0, len(brands), AT_A_TIME):
            chunk = brands[start : start + AT_A_TIME]
            rows = Brand.objects.filter(gone_at=None).in_bulk(chunk)
            for number, pk in enumerate(chunk, done + start + 1):
                self.progress("brands", number, total)
                if pk in rows:
                    self.descend(rows[pk])

    def descend(self, brand: Brand) -> None:
        """A brand with a list that did not come whole stays one whose lists are owed."""
        began, incomplete = timezone.now(), self.incomplete
        self.feedback(brand)
        self.vettings(brand)
        for campaign_id in self.campaigns(brand):
            self.numbers(brand, campaign_id)
        if self.incomplete == incomplete:
            self.descended(brand, began)

    def feedback(self, brand: Brand) -> None:
        """Why a brand is not verified, where nobody has asked yet."""
        if brand.state == BrandState.UNVERIFIED and brand.feedback_at is None:
            try:
                absorb_feedback(self.client.get_feedback(brand.remote_id), brand=brand)
            except VonageError as error:
                self.report.problems.append(f"feedback:{brand.remote_id}: {error}")
                stop_if_the_key_is_at_fault(error)

    def vettings(self, brand: Brand) -> None:
        """The list is bare and a single vetting cannot be read, so two complete lists decide alone."""
        listed = self.begin(f"vettings:{brand.remote_id}", VETTINGS, brand, not_found)
        self.take_whole(listed, lambda: self.client.list_vettings(brand.remote_id))

    def campaigns(self, brand: Brand) -> list[str]:
        listed = self.begin(
            f"campaigns:{brand.remote_id}",
            CAMPAIGNS,
            brand,
            lambda row: self.client.get_campaign(brand.remote_id, row.remote_id),
        )
        return self.take(listed, self.client.walk_campaigns(brand.remote_id))

    def numbers(self, brand: Brand, campaign_id: str) -> None:
        listed = self.begin(
            f"numbers:{campaign_id}",
            NUMBERS,
            None,
            lambda row: self.client.get_number(brand.remote_id, campaign_id, row.number),
            campaign_id,
        )
        self.take(listed, self.client.walk_numbers(brand.remote_id, campaign_id))
