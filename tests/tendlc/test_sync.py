"""The mirror: what Vonage says ends up in rows, changes and notices, and absence is believed only slowly."""

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
from portal.vonage.problems import Unauthorized
from tendlc import wire
from tendlc.client import TenDlcClient
from tendlc.enums import BrandState, CampaignState, CarrierState, NumberState, VettingState
from tendlc.models import Brand, Campaign, NumberLink, SyncRun, Vetting
from tendlc.sync import Report, Seen, absorb_brand, cycle_key, poll_key, walk_key
from tendlc.sync.walk import ROTATION_SECONDS, Walker, silent
from tests.builders import make_api_key
from tests.people import People
from tests.simulator_process import SimulatorProcess

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
SEED: dict[str, Any] = {
    "status": "VERIFIED",
    "vettings": [{"evp_id": "AEGIS", "vetting_class": "STANDARD", "status": "ACTIVE", "score": 0}],
    "campaigns": [
        {"status": "ACTIVE", "carrier_status": "APPROVED", "numbers": ["12025550111", "12025550112"]}
    ],
}


@pytest.fixture
def api_key(people: People, simulator: SimulatorProcess) -> ApiKey:
    return make_api_key(people.account)


def seed(simulator: SimulatorProcess, api_key: ApiKey, **values: Any) -> list[str]:
    answer = simulator.control("brands", {"key": api_key.key, **values})
    return [brand["brand_id"] if isinstance(brand, dict) else brand for brand in answer["brands"]]


def walk(api_key: ApiKey) -> Report:
    api_key.refresh_from_db()
    return walk_key(api_key, open_api(api_key))


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
        settings.TENDLC_WALK_SECONDS = ROTATION_SECONDS / 4
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
        with django_assert_num_queries(4):
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


class TestRemoval:
    """A thing is gone after two complete runs, a gap, and a 404 by id; never before."""

    @pytest.fixture
    def brands(self, simulator: SimulatorProcess, api_key: ApiKey) -> list[str]:
        ids = [seed(simulator, api_key)[0] for _ in range(4)]
        walk(api_key)
        return ids

    def test_one_complete_run_removes_nothing(
        self, simulator: SimulatorProcess, api_key: ApiKey, brands: list[str], settings: Settings
    ) -> None:
        settings.TENDLC_REMOVAL_GAP_SECONDS = 0
        simulator.control("remove", {"brand_id": brands[0]})
        walk(api_key)
        row = Brand.objects.get(remote_id=brands[0])
        assert (row.gone_at, row.missing_runs) == (None, 1)

    def test_two_complete_runs_and_a_404_mark_it(
        self, simulator: SimulatorProcess, api_key: ApiKey, brands: list[str], settings: Settings
    ) -> None:
        settings.TENDLC_REMOVAL_GAP_SECONDS = 0
        simulator.control("remove", {"brand_id": brands[0]})
        walk(api_key)
        report = walk(api_key)
        assert report.gone == 1
        assert Brand.objects.get(remote_id=brands[0]).gone_at is not None
        assert Brand.objects.count() == 4

    def test_the_gap_must_have_passed(
        self, simulator: SimulatorProcess, api_key: ApiKey, brands: list[str]
    ) -> None:
        simulator.control("remove", {"brand_id": brands[0]})
        for _ in range(4):
            walk(api_key)
        assert Brand.objects.get(remote_id=brands[0]).gone_at is None

    @pytest.mark.parametrize(
        "spoil",
        [
            {
                "kind": "alter",
                "params": {"set": {"_embedded": {"brands": []}, "total_items": 0, "total_pages": 0}},
            },
            {"kind": "alter", "params": {"set": {"total_items": 9}}},
            {"kind": "status", "params": {"code": 500}},
            {"kind": "status", "params": {"code": 401}},
            {"kind": "html", "params": {}},
        ],
        ids=["empty", "wrong_total", "500", "401", "html"],
    )
    def test_a_spoilt_list_removes_nothing(
        self,
        simulator: SimulatorProcess,
        api_key: ApiKey,
        brands: list[str],
        settings: Settings,
        spoil: dict[str, Any],
    ) -> None:
        settings.TENDLC_REMOVAL_GAP_SECONDS = 0
        for _ in range(3):
            simulator.control("faults", {"operation": "list_brands", "when": "after", "count": 4, **spoil})
            try:
                assert not walk(api_key).ok
            except Unauthorized:
                assert spoil["params"]["code"] == 401
            simulator.control("faults", method="DELETE")
        assert not Brand.objects.exclude(gone_at=None).exists()
        assert not Brand.objects.filter(missing_runs__gt=0).exists()

    def test_what_returns_is_not_gone_any_more(
        self, simulator: SimulatorProcess, api_key: ApiKey, brands: list[str]
    ) -> None:
        Brand.objects.filter(remote_id=brands[0]).update(gone_at=timezone.now(), missing_runs=2)
        walk(api_key)
        row = Brand.objects.get(remote_id=brands[0])
        assert (row.gone_at, row.missing_runs) == (None, 0)


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


def test_what_vanishes_and_returns_leaves_two_changes(
    simulator: SimulatorProcess, api_key: ApiKey, settings: Settings
) -> None:
    settings.TENDLC_REMOVAL_GAP_SECONDS = 0
    ids = [seed(simulator, api_key)[0] for _ in range(3)]
    walk(api_key)
    simulator.control("remove", {"brand_id": ids[0]})
    walk(api_key)
    walk(api_key)
    simulator.control("brands", {"key": api_key.key, "brand_id": ids[0]})
    walk(api_key)
    gone = Brand.objects.get(remote_id=ids[0])
    reasons = list(Change.objects.filter(object_id=gone.pk).order_by("id").values_list("reason", flat=True))
    assert (gone.gone_at, reasons[1]) == (None, "gone")
    assert len(reasons) == 3


def test_an_empty_list_alarms_the_admins_once(
    simulator: SimulatorProcess, api_key: ApiKey, people: People
) -> None:
    seed(simulator, api_key, count=3)
    walk(api_key)
    empty = {"set": {"_embedded": {"brands": []}, "total_items": 0, "total_pages": 0}}
    for _ in range(2):
        simulator.control(
            "faults",
            {"operation": "list_brands", "kind": "alter", "when": "after", "count": 1, "params": empty},
        )
        assert not walk(api_key).ok
    notice = Notice.objects.get(kind="tendlc.list_shrank")
    assert people.member in {delivery.user for delivery in notice.deliveries.all()}
