"""An import whose worker dies: it goes on where it was, as often as that happens, and says what came incomplete."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.accounts.models import ApiKey
from portal.outbox import inquiries
from portal.outbox.actions import ask
from portal.outbox.calls import open_api
from portal.outbox.models import Inquiry
from tendlc.models import Brand, Campaign, NumberLink, SyncRun
from tendlc.operations import SYNC_KEY
from tendlc.operations.inquiries import Hold
from tendlc.sync import walk_key
from tests.builders import make_api_key
from tests.outbox.conftest import answer_inquiries
from tests.people import People
from tests.simulator_process import SimulatorProcess

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
BRANDS = 6


@pytest.fixture
def api_key(people: People, simulator: SimulatorProcess) -> ApiKey:
    api_key = make_api_key(people.account)
    campaigns = [{"status": "ACTIVE", "carrier_status": "APPROVED", "numbers": ["12025550111"]}]
    simulator.control("brands", {"key": api_key.key, "count": BRANDS, "campaigns": campaigns})
    return api_key


@pytest.fixture
def inquiry(api_key: ApiKey) -> Inquiry:
    return ask(SYNC_KEY, api_key, actor=None, api_key=api_key)


class Killed(BaseException):
    """Nothing between here and the test may take it for an error to handle."""


def die(inquiry: Inquiry, *, at: int) -> None:
    """What a worker leaves that is killed when it comes to a brand: the brands before it are gone through."""

    entered: set[str] = set()

    def progress(what: str, _done: int, _total: int) -> None:
        if what.startswith("vettings:"):
            entered.add(what)
        if len(entered) == at:
            raise Killed

    with pytest.raises(Killed):
        walk_key(inquiry.api_key, open_api(inquiry.api_key), progress=progress, since=inquiry.asked_at)


def reads(simulator: SimulatorProcess) -> dict[str, int]:
    found: dict[str, int] = simulator.control("ledger")["reads"]
    simulator.control("ledger", method="DELETE")
    return found


def test_an_import_goes_on_where_its_worker_died(
    simulator: SimulatorProcess, api_key: ApiKey, inquiry: Inquiry
) -> None:
    die(inquiry, at=5)
    before = reads(simulator)
    answer_inquiries()
    after = reads(simulator)
    assert (before["list_campaigns"], after["list_campaigns"]) == (4, BRANDS - 4)
    inquiry.refresh_from_db()
    assert inquiry.answer["ok"]
    assert (Brand.objects.count(), Campaign.objects.count(), NumberLink.objects.count()) == (BRANDS,) * 3
    api_key.refresh_from_db()
    assert api_key.imported_at is not None


@pytest.mark.parametrize("failures", [1, 2], ids=["once", "again"])
def test_list_that_came_incomplete_before_its_worker_died_is_read_again(
    simulator: SimulatorProcess, api_key: ApiKey, inquiry: Inquiry, failures: int
) -> None:
    die(inquiry, at=1)
    first = Brand.objects.earliest("pk").remote_id
    fault = {"path_regex": f"/brands/{first}/campaigns$", "kind": "status", "count": failures}
    simulator.control("faults", fault | {"params": {"code": 500}})
    die(inquiry, at=3)
    answer_inquiries()
    inquiry.refresh_from_db()
    api_key.refresh_from_db()
    is_whole = failures == 1
    assert (inquiry.answer["ok"], api_key.imported_at is not None) == (is_whole, is_whole)
    assert SyncRun.objects.filter(complete=False, scope__startswith="campaigns:").count() == failures


def test_an_import_asked_for_again_reads_everything_again(
    simulator: SimulatorProcess, api_key: ApiKey, inquiry: Inquiry
) -> None:
    answer_inquiries()
    reads(simulator)
    ask(SYNC_KEY, api_key, actor=None, api_key=api_key)
    answer_inquiries()
    assert reads(simulator)["list_campaigns"] == BRANDS


def test_somebody_resumes_within_a_minute(inquiry: Inquiry) -> None:
    taken = inquiries._take()
    assert taken is not None
    assert taken.next_try_at <= timezone.now() + timedelta(seconds=45)


@pytest.mark.parametrize(("at", "tries"), [(1, 9), (5, 1)], ids=["stuck", "getting on"])
def test_deaths_count_only_while_an_import_does_not_get_on(inquiry: Inquiry, at: int, tries: int) -> None:
    Inquiry.objects.update(tries=9)
    hold = Hold(inquiry)
    die(inquiry, at=at)
    hold()
    inquiry.refresh_from_db()
    assert inquiry.tries == tries
    assert inquiry.next_try_at > timezone.now() + timedelta(seconds=30)


def test_being_told_to_slow_down_often_ends_no_import_that_gets_on(
    simulator: SimulatorProcess, api_key: ApiKey, inquiry: Inquiry
) -> None:
    """The row, not what its answerer took it for, says how often it failed in a row."""
    Inquiry.objects.update(tries=7)
    simulator.control(
        "faults", {"operation": "list_brands", "kind": "status", "when": "before", "params": {"code": 429}}
    )
    taken = inquiries._take()
    assert taken is not None
    inquiries.keep(taken, got_on=True)
    inquiries.answer(taken)
    inquiry.refresh_from_db()
    assert (inquiry.answered_at, inquiry.tries) == (None, 1)
