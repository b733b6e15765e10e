"""The mirror of applications: what is found, what is linked by it, and how slowly absence is believed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from portal.accounts.models import ApiKey
from portal.notices.models import Notice
from portal.outbox.calls import open_api
from portal.outbox.models import Inquiry
from registry import tasks, wire
from registry.actions.keys import ask_for_keys
from registry.actions.network_applications import refresh, sync_applications, wanted_now
from registry.enums import Access, ApplicationState
from registry.models import NetworkApplication
from registry.queries.network_applications import uses_of
from registry.sync.network_applications import (
    Report,
    absorb_application,
    absorb_deletion,
    walk_applications,
)
from tests.builders import make_api_key
from tests.people import People, browser_of
from tests.registry.conftest import PLAYGROUND, Desk, answer_inquiries
from tests.registry.network_builders import accepted_profile, make_application

pytestmark = [pytest.mark.django_db, pytest.mark.processes]


def elsewhere(desk: Desk, application_id: str = "", **fields: Any) -> str:
    """An application made, or changed, in Vonage's dashboard."""
    body = {"key": desk.api_key.key, "application_id": application_id, "fields": fields}
    return str(desk.simulator.control("applications", body)["id"])


def carrying(network_application_id: str) -> dict[str, Any]:
    return {"network_apis": {"network_application_id": network_application_id}}


def walk(desk: Desk) -> Report:
    return walk_applications(desk.api_key, open_api(desk.api_key))


def test_walk_mirrors_every_application_of_the_key(desk: Desk) -> None:
    ids = {elsewhere(desk, name=f"Login {number}") for number in range(3)}

    report = walk(desk)

    rows = NetworkApplication.objects.all()
    assert (report.objects, report.problem) == (3, "")
    assert {row.remote_id for row in rows} == ids
    assert {(row.state, row.access, row.client.is_self) for row in rows} == {("active", "", True)}


def test_found_application_is_linked_by_what_it_carries(desk: Desk) -> None:
    profile = accepted_profile(desk.scope.account, desk.api_key, known_as="net-a")
    elsewhere(desk, name="A", capabilities=carrying("net-a"))
    elsewhere(desk, name="B", capabilities=carrying(PLAYGROUND))
    elsewhere(desk, name="C", capabilities=carrying("nobody-knows"))
    elsewhere(desk, name="D", capabilities={"voice": {}})

    walk(desk)

    links = NetworkApplication.objects.order_by("name").values_list("access", "application_profile")
    assert list(links) == [("production", profile.pk), ("playground", None), ("", None), ("", None)]


def test_profile_of_another_account_is_never_linked(desk: Desk) -> None:
    other = make_api_key()
    accepted_profile(other.account, other, known_as="net-a")
    elsewhere(desk, capabilities=carrying("net-a"))

    walk(desk)

    row = NetworkApplication.objects.get()
    assert (row.access, row.remote_network_application_id) == ("", "net-a")


def test_what_was_wished_is_not_overwritten_by_a_change_elsewhere(desk: Desk) -> None:
    row = desk.known_application(access=Access.PLAYGROUND)
    elsewhere(desk, row.remote_id, name="Renamed elsewhere", capabilities={})

    walk(desk)

    row.refresh_from_db()
    assert (row.name, row.access, row.remote_network_application_id) == (
        "Renamed elsewhere",
        "playground",
        "",
    )


def test_unchanged_application_is_only_stamped(desk: Desk) -> None:
    elsewhere(desk)
    walk(desk)
    before = NetworkApplication.objects.get()

    walk(desk)

    after = NetworkApplication.objects.get()
    assert after.seen_at is not None
    assert before.seen_at is not None
    assert after.seen_at > before.seen_at
    assert after.updated_at == before.updated_at


def test_stale_news_are_not_taken_in(desk: Desk) -> None:
    row = make_application(desk.scope.account, desk.api_key, name="Newer")
    record = wire.Application.from_json({"id": row.remote_id, "name": "Older"})

    absorb_application(record, api_key=desk.api_key, asked_at=timezone.now() - timedelta(hours=1))

    row.refresh_from_db()
    assert row.name == "Newer"


def test_absent_application_is_gone_after_two_complete_lists_and_a_404(
    desk: Desk, settings: Settings
) -> None:
    settings.REGISTRY_REMOVAL_GAP_SECONDS = 0
    kept, lost = elsewhere(desk, name="Kept"), elsewhere(desk, name="Lost", capabilities=carrying(PLAYGROUND))
    walk(desk)
    desk.simulator.control("remove", {"application_id": lost})

    first, second = walk(desk), walk(desk)

    assert (first.gone, second.gone) == (0, 1)
    row = NetworkApplication.objects.get(remote_id=lost)
    assert (row.state, row.access) == (ApplicationState.DELETED, "")
    assert row.gone_at is not None
    assert NetworkApplication.objects.get(remote_id=kept).gone_at is None
    assert Notice.objects.filter(kind="registry.application_gone").count() == 1


class TestReturning:
    """What was gone and is there again is an application like every other."""

    @pytest.fixture
    def gone(self, desk: Desk, settings: Settings) -> NetworkApplication:
        """Marked as gone here, and still at Vonage with one other."""
        settings.REGISTRY_REMOVAL_GAP_SECONDS = 0
        elsewhere(desk, name="Kept")
        returning = elsewhere(desk, name="Returning", capabilities=carrying(PLAYGROUND))
        walk(desk)
        row = NetworkApplication.objects.get(remote_id=returning)
        absorb_deletion(row, told=True)
        return row

    def test_it_is_active_and_its_key_counts_as_used(self, desk: Desk, gone: NetworkApplication) -> None:
        assert gone not in uses_of(desk.api_key)

        walk(desk)

        gone.refresh_from_db()
        assert (gone.state, gone.gone_at, gone.access) == (ApplicationState.ACTIVE, None, Access.PLAYGROUND)
        assert gone in uses_of(desk.api_key)

    def test_it_can_be_gone_again(self, desk: Desk, gone: NetworkApplication) -> None:
        walk(desk)
        desk.simulator.control("remove", {"application_id": gone.remote_id})

        assert [walk(desk).gone for _ in range(3)] == [0, 1, 0]

        gone.refresh_from_db()
        assert (gone.state, gone.gone_at is None) == (ApplicationState.DELETED, False)

    def test_list_that_was_asked_for_before_it_was_gone_does_not_bring_it_back(
        self, desk: Desk, gone: NetworkApplication
    ) -> None:
        gone.refresh_from_db()
        assert gone.gone_at is not None
        before = gone.gone_at - timedelta(milliseconds=1)

        absorb_application(wire.Application.from_json(gone.raw), api_key=desk.api_key, asked_at=before)

        gone.refresh_from_db()
        assert (gone.state, gone.gone_at is None) == (ApplicationState.DELETED, False)


def test_application_that_can_still_be_read_is_not_gone(desk: Desk, settings: Settings) -> None:
    settings.REGISTRY_REMOVAL_GAP_SECONDS = 0
    ids = [elsewhere(desk, name=f"Login {number}") for number in range(2)]
    walk(desk)
    shown = desk.at_vonage()[:1]
    listing = {"total_items": 1, "total_pages": 1, "_embedded": {"applications": shown}}
    for _ in range(3):
        desk.fault("list_applications", "alter", when="after", set=listing)
        walk(desk)

    rows = NetworkApplication.objects.filter(remote_id__in=ids)
    assert [row.gone_at for row in rows] == [None, None]
    assert max(row.missing_runs for row in rows) == 3


def test_empty_list_is_an_alarm_and_no_purge(desk: Desk, settings: Settings) -> None:
    settings.REGISTRY_REMOVAL_GAP_SECONDS = 0
    for _ in range(3):
        elsewhere(desk)
    walk(desk)
    desk.simulator.control("/_simulator/reset", {})

    reports = [walk(desk) for _ in range(3)]

    assert all("shrank" in report.problem for report in reports)
    assert not NetworkApplication.objects.exclude(gone_at=None).exists()
    assert Notice.objects.filter(kind="registry.list_shrank").count() == 1


def test_incomplete_list_concludes_nothing(desk: Desk) -> None:
    elsewhere(desk)
    desk.fault("list_applications", "alter", when="after", set={"total_items": 7})

    report = walk(desk)

    assert (report.objects, bool(report.problem)) == (1, True)


def test_walk_is_asked_for_by_a_person_and_by_the_clock(desk: Desk) -> None:
    elsewhere(desk)
    inquiry = sync_applications(desk.scope, desk.api_key, actor=desk.scope.user)
    answer_inquiries()
    inquiry.refresh_from_db()
    assert (inquiry.answer["ok"], inquiry.answer["objects"]) == (True, 1)

    elsewhere(desk)
    tasks.walk_one(desk.api_key.pk)

    assert NetworkApplication.objects.count() == 2


def ask_for_a_walk(desk: Desk) -> None:
    sync_applications(desk.scope, desk.api_key, actor=desk.scope.user)
    answer_inquiries()


WALKS: dict[str, Callable[[Desk], object]] = {
    "asked for": ask_for_a_walk,
    "by the clock": lambda desk: tasks.walk_one(desk.api_key.pk),
}


@pytest.mark.parametrize("by", WALKS)
def test_saying_that_a_walk_lives_costs_no_more_for_more_applications(
    desk: Desk, by: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def written() -> int:
        with django_assert_max_num_queries(1000) as captured:
            WALKS[by](desk)
        wrote = [q["sql"] for q in captured if q["sql"].startswith("UPDATE")]
        return sum("outbox_inquiry" in sql or "cache" in sql for sql in wrote)

    elsewhere(desk)
    WALKS[by](desk)
    few = written()
    for number in range(6):
        elsewhere(desk, name=f"Login {number}")
    assert written() == few


def test_one_application_is_read_again(desk: Desk) -> None:
    row = desk.known_application()
    elsewhere(desk, row.remote_id, name="Renamed elsewhere")

    inquiry = refresh(desk.scope, row, actor=desk.scope.user)
    answer_inquiries()

    row.refresh_from_db()
    inquiry.refresh_from_db()
    assert inquiry.succeeded
    assert (row.name, wanted_now(row).name) == ("Renamed elsewhere", "Renamed elsewhere")


# --- Keys of an account --------------------------------------------------------------------------


def provision(desk: Desk, *keys: str, **more: Any) -> None:
    held = [{"api_key": key, "name": f"Shop {key}", **more} for key in keys]
    desk.simulator.control("subaccounts", {"key": desk.api_key.key, "subaccounts": held})


def asked(desk: Desk) -> Inquiry:
    inquiry = ask_for_keys(desk.scope, desk.api_key, actor=desk.scope.user)
    answer_inquiries()
    inquiry.refresh_from_db()
    return inquiry


def test_keys_below_a_primary_key_are_listed_without_secrets(desk: Desk) -> None:
    provision(desk, "sub00001", "sub00002")

    inquiry = asked(desk)

    rows = ApiKey.objects.filter(account=desk.scope.account, is_primary=False).order_by("key")
    assert inquiry.answer == {"listed": 2, "added": 2}
    assert [(row.key, row.label, row.secret, row.primary_key) for row in rows] == [
        ("sub00001", "Shop sub00001", "", desk.api_key.key),
        ("sub00002", "Shop sub00002", "", desk.api_key.key),
    ]
    assert asked(desk).answer == {"listed": 2, "added": 0}


def test_page_of_the_read_says_how_many_keys_there_are(desk: Desk) -> None:
    provision(desk, "sub00001", "sub00002")
    inquiry = asked(desk)

    path = reverse("outbox:inquiry", args=[desk.scope.account.pk, inquiry.pk])
    page = " ".join(browser_of(desk.scope.user).get(path).content.decode().split())

    assert "Vonage names 2 keys below it; 2 new here, without their secrets." in page


def test_key_of_another_account_and_a_suspended_one_stay_out(desk: Desk, people: People) -> None:
    make_api_key(people.stranger_account, "sub00001")
    provision(desk, "sub00001")
    assert asked(desk).answer == {"listed": 1, "added": 0}
    provision(desk, "sub00002", suspended=True)
    assert asked(desk).answer == {"listed": 1, "added": 0}
    assert ApiKey.objects.filter(account=desk.scope.account).count() == 1


def test_account_that_may_not_list_keys_is_told_so_and_its_key_stays_good(desk: Desk) -> None:
    inquiry = asked(desk)

    desk.api_key.refresh_from_db()
    assert inquiry.problem["code"] == "unprovisioned"
    assert desk.api_key.refused_at is None
