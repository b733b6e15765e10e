"""Absence is believed only slowly."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.accounts.models import ApiKey
from portal.history.enums import Source
from portal.history.models import Change
from portal.notices.models import Notice
from portal.outbox.calls import open_api
from portal.outbox.kinds import kind_of
from portal.outbox.models import Operation
from portal.vonage.problems import Unauthorized
from tendlc import wire
from tendlc.actions import submit_brand
from tendlc.models import Brand, Campaign, NumberLink, Vetting
from tendlc.operations.names import CREATE_BRAND
from tendlc.sync import Seen, absorb_brand, absorb_deleted_brand
from tests.outbox.conftest import BRAND
from tests.people import People
from tests.simulator_process import SimulatorProcess
from tests.tendlc.mirror_scene import SEED, api_key, seed, walk

__all__ = ["api_key"]
pytestmark = [pytest.mark.django_db, pytest.mark.processes]


BELOW_A_BRAND: tuple[tuple[Any, str], ...] = (
    (Vetting, "brand"),
    (Campaign, "brand"),
    (NumberLink, "campaign__brand"),
)


def _gone(model: Any, brand: str, remote_id: str) -> set[bool]:
    """Whether what hangs on a brand is marked."""
    rows = model.objects.filter(**{f"{brand}__remote_id": remote_id})
    return {moment is not None for moment in rows.values_list("gone_at", flat=True)}


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

    def test_what_hung_on_it_goes_with_it(
        self, simulator: SimulatorProcess, api_key: ApiKey, settings: Settings
    ) -> None:
        settings.TENDLC_REMOVAL_GAP_SECONDS = 0
        closed, open_ = (seed(simulator, api_key, brand_id=name, **SEED)[0] for name in ("BCLOSED", "BOPEN"))
        walk(api_key)
        simulator.control("remove", {"brand_id": closed})
        for _ in range(2):
            walk(api_key)
        for rows, brand in BELOW_A_BRAND:
            assert _gone(rows, brand, closed) == {True}, rows
            assert _gone(rows, brand, open_) == {False}, rows

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


class TestDeletedAndStillListed:
    """The registry's lists go on carrying what was deleted, while a read by id says 404 (reliability.md §1)."""

    @pytest.fixture
    def brands(self, simulator: SimulatorProcess, api_key: ApiKey) -> list[str]:
        simulator.control("settings", {"lists_deleted": True})
        ids = [seed(simulator, api_key)[0] for _ in range(3)]
        walk(api_key)
        return ids

    def delete(self, simulator: SimulatorProcess, brand_id: str) -> Brand:
        simulator.control("remove", {"brand_id": brand_id})
        brand = Brand.objects.get(remote_id=brand_id)
        absorb_deleted_brand(brand, seen=Seen(timezone.now(), Source.ANSWER))
        return brand

    @staticmethod
    def asked(simulator: SimulatorProcess) -> int:
        reads: dict[str, int] = simulator.control("ledger")["reads"]
        return reads.get("read_brand", 0)

    def test_it_stays_gone_and_is_asked_for_once_a_day(
        self, simulator: SimulatorProcess, api_key: ApiKey, brands: list[str]
    ) -> None:
        brand = self.delete(simulator, brands[0])
        for _ in range(3):
            assert walk(api_key).ok
        brand.refresh_from_db()
        assert brand.gone_at is not None
        assert self.asked(simulator) == 1
        Brand.objects.filter(pk=brand.pk).update(
            gone_at=timezone.now() - timedelta(days=3), seen_at=timezone.now() - timedelta(days=2)
        )
        walk(api_key)
        assert self.asked(simulator) == 2

    def test_a_list_that_was_asked_for_before_the_deletion_brings_nothing_back(
        self, simulator: SimulatorProcess, api_key: ApiKey, brands: list[str]
    ) -> None:
        brand, asked_before = Brand.objects.get(remote_id=brands[0]), timezone.now()
        absorb_deleted_brand(brand, seen=Seen(timezone.now(), Source.ANSWER))
        record = wire.Brand.from_json(brand.raw)
        absorb_brand(record, api_key=api_key, seen=Seen(asked_before, Source.SYNC))
        brand.refresh_from_db()
        assert brand.gone_at is not None

    def test_a_read_that_fails_leaves_it_gone_and_the_list_whole(
        self, simulator: SimulatorProcess, api_key: ApiKey, brands: list[str]
    ) -> None:
        brand = self.delete(simulator, brands[0])
        simulator.control(
            "faults",
            {"operation": "read_brand", "kind": "status", "when": "before", "params": {"code": 500}},
        )
        assert walk(api_key).ok
        brand.refresh_from_db()
        assert brand.gone_at is not None

    def test_the_same_business_can_be_registered_again(
        self, simulator: SimulatorProcess, api_key: ApiKey, brands: list[str], people: People
    ) -> None:
        brand = self.delete(simulator, brands[0])
        wish = submit_brand(
            people.scope(people.member),
            {**BRAND, "ein": brand.raw["ein"]},
            client=api_key.account.clients.get(is_self=True),
            api_key=api_key,
            actor=people.member,
        )
        operation = Operation.objects.get(object_id=wish.pk, kind=CREATE_BRAND)
        look = kind_of(operation).look(operation, open_api(api_key))
        assert (look.found, look.possible, look.complete) == ((), (), True)


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
