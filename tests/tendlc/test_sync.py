"""The mirror: what Vonage says ends up in rows, changes and notices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from portal.accounts.models import ApiKey
from portal.history.models import Change, Refusal
from portal.notices.actions import follow
from portal.notices.enums import FollowReason
from portal.notices.models import Delivery, Notice
from portal.outbox import health
from portal.outbox.calls import open_api
from tendlc import wire
from tendlc.client import TenDlcClient
from tendlc.enums import BrandState, CampaignState, CarrierState, NumberState, VettingState
from tendlc.models import Brand, Campaign, NumberLink, SyncRun, Vetting
from tendlc.sync import ROTATION, Report, Seen, absorb_brand, cycle_key, poll_key
from tendlc.sync.walk import Walker, silent
from tests.builders import make_api_key
from tests.people import People
from tests.simulator_process import SimulatorProcess
from tests.tendlc.mirror_scene import SEED, api_key, seed, walk

__all__ = ["api_key"]
pytestmark = [pytest.mark.django_db, pytest.mark.processes]


def test_a_walk_mirrors_everything(simulator: SimulatorProcess, api_key: ApiKey) -> None:
    seed(simulator, api_key, **SEED)
    report = walk(api_key)
    assert (report.ok, report.runs, report.complete, report.objects) == (True, 4, 4, 5)
    assert Brand.objects.get().state == BrandState.VETTED
    vetting = Vetting.objects.get()
    assert (vetting.state, vetting.score) == (VettingState.SCORED, 0)
    campaign = Campaign.objects.get()
    assert campaign.state == CampaignState.ACTIVE
    assert {carrier.state for carrier in campaign.carriers.all()} == {CarrierState.APPROVED}
    assert {link.state for link in NumberLink.objects.all()} == {NumberState.LINKED}
    api_key.refresh_from_db()
    assert api_key.imported_at is not None


def test_a_second_walk_changes_nothing(simulator: SimulatorProcess, api_key: ApiKey) -> None:
    seed(simulator, api_key, **SEED)
    walk(api_key)
    changes = Change.objects.count()
    first_seen = Brand.objects.get().seen_at
    assert first_seen is not None
    walk(api_key)
    assert Change.objects.count() == changes
    assert Brand.objects.filter(seen_at__gt=first_seen).exists()


def test_the_first_import_tells_nobody(simulator: SimulatorProcess, api_key: ApiKey) -> None:
    seed(simulator, api_key, **SEED)
    walk(api_key)
    assert (Notice.objects.count(), Delivery.objects.count()) == (0, 0)


def test_more_pages_than_one_are_all_read(simulator: SimulatorProcess, api_key: ApiKey) -> None:
    seed(simulator, api_key, count=230)
    report = walk(api_key)
    run = SyncRun.objects.get(scope="brands")
    assert (run.pages, run.unique_ids, run.total_first, run.complete) == (3, 230, 230, True)
    assert (report.ok, Brand.objects.count()) == (True, 230)


class TestCycle:
    """Between full walks the brand list is read, and only what brought news, or whose turn it is, is descended into."""

    @pytest.fixture
    def brands(self, simulator: SimulatorProcess, api_key: ApiKey, settings: Settings) -> list[str]:
        settings.TENDLC_WALK_SECONDS = 0
        made = seed(simulator, api_key, count=8, **SEED)
        walk(api_key)
        return made

    def test_nothing_new_costs_the_brand_list_alone(self, api_key: ApiKey, brands: list[str]) -> None:
        report = cycle_key(api_key, open_api(api_key))
        assert (report.ok, report.runs, report.objects) == (True, 1, 8)

    def test_what_changed_is_descended_into(
        self, simulator: SimulatorProcess, api_key: ApiKey, brands: list[str]
    ) -> None:
        simulator.control("status", {"brand_id": brands[3], "status": "UNVERIFIED"})
        cycle_key(api_key, open_api(api_key))
        scopes = set(SyncRun.objects.order_by("-id").values_list("scope", flat=True)[:4])
        assert {f"vettings:{brands[3]}", f"campaigns:{brands[3]}", "brands"} < scopes

    def test_a_day_of_cycles_has_been_everywhere(
        self, api_key: ApiKey, brands: list[str], settings: Settings
    ) -> None:
        settings.TENDLC_WALK_SECONDS = ROTATION.total_seconds() / 4
        began = timezone.now()
        for _ in range(4):
            assert cycle_key(api_key, open_api(api_key)).runs == 1 + 2 * 3
        assert Brand.objects.filter(descended_at__gte=began).count() == 8

    def test_a_new_brand_is_descended_into_at_once(
        self, simulator: SimulatorProcess, api_key: ApiKey, brands: list[str]
    ) -> None:
        [new] = seed(simulator, api_key, **SEED)
        cycle_key(api_key, open_api(api_key))
        assert Campaign.objects.filter(brand__remote_id=new).exists()

    def test_walking_knows_rows_by_a_few_columns(
        self,
        api_key: ApiKey,
        brands: list[str],
        django_assert_num_queries: DjangoAssertNumQueries,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(health, "REMEMBERED_SECONDS", 60)  # however slow the machine
        walker = Walker(api_key, TenDlcClient(open_api(api_key)), Report(), silent)
        with django_assert_num_queries(5):
            walker.brands()


def test_a_change_is_one_row_with_both_words_and_tells_the_followers(
    simulator: SimulatorProcess, api_key: ApiKey, people: People
) -> None:
    [brand_id] = seed(simulator, api_key, status="PENDING")
    walk(api_key)
    brand = Brand.objects.get()
    follow(brand, people.member, FollowReason.SUBSCRIBER)
    seen_before = brand.seen_at
    simulator.control("status", {"brand_id": brand_id, "status": "VERIFIED"})
    poll_key(api_key, open_api(api_key))
    change = Change.objects.latest("id")
    assert (change.state_before, change.raw_before) == (BrandState.PENDING, "PENDING")
    assert (change.state_after, change.raw_after) == (BrandState.VERIFIED, "VERIFIED")
    assert change.not_before == seen_before
    notice = Notice.objects.get()
    assert (notice.kind, notice.path) == (
        "tendlc.brand_verified",
        f"/a/{brand.account_id}/10dlc/brands/{brand.pk}/",
    )
    assert {delivery.user for delivery in notice.deliveries.all()} == {people.member}


def test_a_notice_that_needs_action_is_settled_when_the_state_it_told_of_is_left(
    simulator: SimulatorProcess, api_key: ApiKey
) -> None:
    [brand_id] = seed(simulator, api_key, status="PENDING")
    walk(api_key)
    open_kinds = []
    for word in ("UNVERIFIED", "VERIFIED"):
        simulator.control("status", {"brand_id": brand_id, "status": word})
        walk(api_key)
        open_kinds.append([notice.kind for notice in Notice.objects.all() if notice.is_open])
    assert open_kinds == [["tendlc.brand_unverified"], []]


def test_an_unknown_word_is_kept_and_is_no_good_news(simulator: SimulatorProcess, api_key: ApiKey) -> None:
    simulator.control(
        "settings",
        {"words": dict.fromkeys(("brand", "vetting", "campaign", "carrier", "number"), "HALF_DONE")},
    )
    try:
        seed(simulator, api_key, **SEED)
        assert walk(api_key).ok
    finally:
        simulator.control(
            "settings", {"words": dict.fromkeys(("brand", "vetting", "campaign", "carrier", "number"))}
        )
    rows: list[Any] = [
        Brand.objects.get(),
        Vetting.objects.get(),
        Campaign.objects.get(),
        *NumberLink.objects.all(),
    ]
    assert {(row.state, row.remote_status) for row in rows} == {("unknown", "HALF_DONE")}
    assert Notice.objects.count() == 0


def test_feedback_is_fetched_when_a_brand_is_not_verified(
    simulator: SimulatorProcess, api_key: ApiKey
) -> None:
    [brand_id] = seed(simulator, api_key, status="PENDING", fields={"company_name": "Acme Unverified Inc"})
    walk(api_key)
    simulator.control("status", {"brand_id": brand_id, "status": "UNVERIFIED"})
    poll_key(api_key, open_api(api_key))
    assert Brand.objects.get().feedback[0]["name"] == "TAX_ID"


def test_an_answer_older_than_our_news_is_ignored(simulator: SimulatorProcess, api_key: ApiKey) -> None:
    seed(simulator, api_key, **SEED)
    walk(api_key)
    brand = Brand.objects.get()
    assert brand.seen_at is not None
    stale = wire.Brand.from_json({**brand.raw, "status": "PENDING"})
    absorb_brand(stale, api_key=api_key, seen=Seen(brand.seen_at - timedelta(seconds=1)))
    assert Brand.objects.get().state == BrandState.VETTED


def test_another_key_s_brands_stay_apart(
    simulator: SimulatorProcess, api_key: ApiKey, people: People
) -> None:
    other = make_api_key(people.stranger_account)
    seed(simulator, api_key)
    seed(simulator, other)
    walk(api_key)
    walk(other)
    assert Brand.objects.filter(account=people.account).count() == 1
    assert Brand.objects.filter(account=people.stranger_account).count() == 1


@pytest.mark.parametrize(
    "junk",
    [
        {},
        {"brand_id": "B1", "status": None},
        {"brand_id": "B1", "status": ["x"]},
        {"brand_id": "B1", "country": 7},
    ],
)
def test_absorbing_junk_never_fails_and_is_no_good_news(junk: dict[str, Any], api_key: ApiKey) -> None:
    brand = absorb_brand(wire.Brand.from_json(junk), api_key=api_key, seen=Seen.now())
    assert brand.state == BrandState.UNKNOWN


def test_the_expected_time_is_that_of_the_new_state(simulator: SimulatorProcess, api_key: ApiKey) -> None:
    """Submitting and pending both wait for Vonage, but minutes the one and days the other."""
    brand = Brand.objects.create(
        account=api_key.account,
        client=api_key.account.clients.get(is_self=True),
        api_key=api_key,
        state=BrandState.SUBMITTING,
        waiting_on="vonage",
        waiting_since=timezone.now(),
        expected_by=timezone.now() + timedelta(minutes=15),
    )
    record = wire.Brand.from_json({"brand_id": "B1", "status": "PENDING"})
    brand = absorb_brand(record, api_key=api_key, seen=Seen.now(), brand=brand)
    assert brand.expected_by is not None
    assert brand.expected_by > timezone.now() + timedelta(hours=24)


def test_a_failing_object_does_not_keep_the_others_waiting(
    simulator: SimulatorProcess, api_key: ApiKey
) -> None:
    first, second = (seed(simulator, api_key, status="PENDING")[0] for _ in range(2))
    walk(api_key)
    for brand_id in (first, second):
        simulator.control("status", {"brand_id": brand_id, "status": "VERIFIED"})
    fault = {"path_regex": f"/brands/{first}$", "kind": "status", "when": "after", "count": 9}
    simulator.control("faults", fault)
    poll_key(api_key, open_api(api_key))
    assert Brand.objects.get(remote_id=first).state == BrandState.PENDING
    assert Brand.objects.get(remote_id=second).state == BrandState.VERIFIED


def test_imported_brands_bring_their_feedback(simulator: SimulatorProcess, api_key: ApiKey) -> None:
    seed(simulator, api_key, status="UNVERIFIED", fields={"company_name": "Acme Unverified Inc"})
    walk(api_key)
    assert Brand.objects.get().feedback[0]["name"] == "TAX_ID"
    assert Refusal.objects.get().code == "TAX_ID"


def test_a_scored_vetting_is_told_to_the_followers_of_its_brand(
    simulator: SimulatorProcess, api_key: ApiKey, people: People
) -> None:
    [brand_id] = seed(
        simulator,
        api_key,
        vettings=[{"evp_id": "AEGIS", "vetting_class": "STANDARD", "status": "PENDING"}],
    )
    walk(api_key)
    follow(Brand.objects.get(), people.member, FollowReason.SUBMITTER)
    vetting = Vetting.objects.get()
    simulator.control("status", {"vetting_id": vetting.remote_id, "status": "ACTIVE", "score": 0})
    poll_key(api_key, open_api(api_key))
    notice = Notice.objects.get(kind="tendlc.vetting_scored")
    assert {delivery.user for delivery in notice.deliveries.all()} == {people.member}
    assert brand_id
