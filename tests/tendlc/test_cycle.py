"""News that a cycle brought and could not follow to its end are followed by the next one."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from portal.accounts.models import ApiKey
from portal.outbox.calls import open_api
from portal.vonage.problems import Unauthorized
from tendlc.enums import CampaignState
from tendlc.models import Brand, Campaign, SyncRun
from tendlc.sync import Report, cycle_key, refresh
from tendlc.sync import walk as walking
from tests.simulator_process import SimulatorProcess
from tests.tendlc.mirror_scene import SEED, api_key, seed, walk

__all__ = ["api_key"]
pytestmark = [pytest.mark.django_db, pytest.mark.processes]
PATHS = {"campaigns": "campaigns", "vettings": "vetting/requests"}


@pytest.fixture
def brands(simulator: SimulatorProcess, api_key: ApiKey, settings: Settings) -> list[str]:
    """Of ten brands all was read; the share that is visited without news is none."""
    settings.TENDLC_WALK_SECONDS = 0
    made = seed(simulator, api_key, count=10, **SEED)
    walk(api_key)
    return made


def cycle(api_key: ApiKey) -> Report:
    return cycle_key(api_key, open_api(api_key))


def change(simulator: SimulatorProcess, brand_id: str) -> Campaign:
    """Elsewhere the campaign of a brand is suspended, and the brand list says that something happened."""
    campaign = Campaign.objects.get(brand__remote_id=brand_id)
    simulator.control("status", {"campaign_id": campaign.remote_id, "status": "SUSPENDED"})
    simulator.control("status", {"brand_id": brand_id, "status": "UNVERIFIED"})
    return campaign


def fail(simulator: SimulatorProcess, brand_id: str, things: str, code: int, count: int = 1) -> None:
    path = f"/brands/{brand_id}/{PATHS[things]}$"
    fault = {"path_regex": path, "kind": "status", "count": count, "params": {"code": code}}
    simulator.control("faults", fault)


def visited(report: Report, things: str = "campaigns") -> set[str]:
    runs = SyncRun.objects.order_by("-id")[: report.runs]
    return {one.scope.partition(":")[2] for one in runs if one.scope.startswith(things)}


@pytest.mark.parametrize("things", PATHS)
def test_list_that_failed_is_read_again_in_the_next_cycle(
    simulator: SimulatorProcess, api_key: ApiKey, brands: list[str], things: str
) -> None:
    campaign = change(simulator, brands[3])
    fail(simulator, brands[3], things, 500)
    assert not cycle(api_key).ok

    report = cycle(api_key)

    campaign.refresh_from_db()
    assert (report.ok, visited(report, things), campaign.state) == (
        True,
        {brands[3]},
        CampaignState.SUSPENDED,
    )
    assert visited(cycle(api_key)) == set()


def test_news_of_a_cycle_that_ended_early_are_followed_in_the_next(
    simulator: SimulatorProcess, api_key: ApiKey, brands: list[str]
) -> None:
    campaigns = [change(simulator, brand_id) for brand_id in brands[2:4]]
    for brand_id in brands[2:4]:
        fail(simulator, brand_id, "vettings", 401)
    with pytest.raises(Unauthorized):
        cycle(api_key)
    simulator.control("faults", method="DELETE")

    cycle(api_key)

    for campaign in campaigns:
        campaign.refresh_from_db()
    assert {campaign.state for campaign in campaigns} == {CampaignState.SUSPENDED}


def test_news_of_a_brand_list_that_ended_early_are_followed_in_the_next_cycle(
    simulator: SimulatorProcess, api_key: ApiKey, brands: list[str]
) -> None:
    seed(simulator, api_key, count=100)
    walk(api_key)
    campaign = change(simulator, brands[3])
    fault = {"operation": "list_brands", "kind": "status", "skip": 1, "params": {"code": 401}}
    simulator.control("faults", fault)
    with pytest.raises(Unauthorized):
        cycle(api_key)

    cycle(api_key)

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SUSPENDED


def test_news_that_a_single_read_took_are_followed_in_the_next_cycle(
    simulator: SimulatorProcess, api_key: ApiKey, brands: list[str]
) -> None:
    campaign = change(simulator, brands[3])
    refresh(Brand.objects.get(remote_id=brands[3]), open_api(api_key))

    cycle(api_key)

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SUSPENDED


def test_news_that_come_while_a_brand_is_gone_through_are_not_lost(
    simulator: SimulatorProcess, api_key: ApiKey, brands: list[str]
) -> None:
    change(simulator, brands[3])

    def refresh_meanwhile(scope: str, _done: int, _total: int) -> None:
        if scope == f"campaigns:{brands[3]}" and Brand.objects.get(remote_id=brands[3]).state == "unverified":
            simulator.control("status", {"brand_id": brands[3], "status": "VERIFIED"})
            refresh(Brand.objects.get(remote_id=brands[3]), open_api(api_key))

    cycle_key(api_key, open_api(api_key), progress=refresh_meanwhile)

    assert visited(cycle(api_key)) == {brands[3]}


def test_list_that_fails_for_ever_costs_the_visits_of_one_brand(
    simulator: SimulatorProcess, api_key: ApiKey, brands: list[str]
) -> None:
    change(simulator, brands[3])
    fail(simulator, brands[3], "campaigns", 500, 99)
    assert [visited(cycle(api_key)) for _ in range(3)] == [{brands[3]}] * 3


def test_lists_that_fail_everywhere_are_tried_some_at_a_time(
    simulator: SimulatorProcess, api_key: ApiKey, brands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "MOST_OWED", 2)
    Brand.objects.update(descended_at=None)
    assert [len(visited(cycle(api_key))) for _ in range(6)] == [2, 2, 2, 2, 2, 0]
