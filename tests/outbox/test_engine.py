"""The promise: one effect at Vonage for each submitted thing, or a person is shown why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.history.models import Refusal
from portal.notices.models import Notice
from portal.outbox import actions, calls, claims, engine
from portal.outbox.enums import OperationState as S
from portal.outbox.locks import current_sender
from portal.outbox.models import Operation
from portal.vonage.problems import Throttled, Unauthorized
from tendlc.actions import link_numbers, submit_brand
from tendlc.enums import BrandState, CampaignState, NumberState
from tendlc.sync import refresh, walk_key
from tests.builders import make_api_key, make_membership, make_scope
from tests.outbox.conftest import (
    BRAND,
    NOT_UNIQUE,
    Desk,
    operation_of,
    run,
)

pytestmark = [pytest.mark.django_db, pytest.mark.processes]


KINDS: dict[str, Callable[[Desk], Any]] = {
    "create_brand": lambda desk: desk.brand(),
    "create_campaign": lambda desk: desk.campaign(),
    "link_number": lambda desk: desk.number(),
    "change_campaign": lambda desk: desk.edited_campaign(),
    "stop_campaign": lambda desk: desk.stopped_campaign(),
}
LOST_AFTER = [
    {"kind": "reset", "when": "after"},
    {"kind": "close", "when": "after"},
    {"kind": "truncated", "when": "after"},
    {"kind": "invalid_json", "when": "after"},
    {"kind": "html", "when": "after"},
    {"kind": "wrong_id", "when": "after"},
    {"kind": "status", "code": 500, "when": "after"},
    {"kind": "status", "code": 504, "when": "after"},
    {"kind": "redirect", "when": "after"},
]


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_is_applied_once(desk: Desk, name: str) -> None:
    row = KINDS[name](desk)
    run()
    operation = operation_of(row)
    assert (operation.state, operation.attempt_count, desk.effects(name)) == (S.APPLIED, 1, 1)
    row.refresh_from_db()
    assert row.remote_id == operation.remote_id


@pytest.mark.parametrize("fault", LOST_AFTER, ids=lambda fault: f"{fault['kind']}{fault.get('code', '')}")
@pytest.mark.parametrize("name", KINDS)
def test_a_lost_answer_after_the_work_is_found_and_never_sent_again(
    desk: Desk, name: str, fault: dict[str, Any]
) -> None:
    row = KINDS[name](desk)
    desk.fault(name, **fault)
    run()
    operation = operation_of(row)
    assert (operation.state, operation.attempt_count, desk.effects(name)) == (S.APPLIED, 1, 1)
    row.refresh_from_db()
    assert row.remote_id == operation.remote_id != ""


@pytest.mark.parametrize("kind", ["reset", "close"])
@pytest.mark.parametrize("name", KINDS)
def test_a_request_lost_before_the_work_is_sent_once_more_after_proven_absence(
    desk: Desk, name: str, kind: str, settings: Settings
) -> None:
    row = KINDS[name](desk)
    desk.fault(name, kind, when="before")
    run()
    operation = operation_of(row)
    assert (operation.state, operation.attempt_count, operation.resends) == (S.APPLIED, 2, 1)
    assert operation.absences == settings.OUTBOX_LOOKS
    assert desk.effects(name) == 1


def test_something_that_matches_before_sending_goes_to_a_person_unsent(desk: Desk) -> None:
    first = desk.brand()
    run()
    Operation.objects.filter(object_id=first.pk).update(finished_at=timezone.now())
    second = desk.brand()
    run()
    operation = operation_of(second)
    assert (operation.state, operation.waiting_for, operation.attempt_count) == (
        S.REVIEW,
        "exists_already",
        0,
    )
    assert desk.effects("create_brand") == 1
    first.refresh_from_db()
    assert [one["remote_id"] for one in operation.candidates] == [first.remote_id]


def test_a_number_linked_already_is_no_second_request(desk: Desk) -> None:
    link = desk.number()
    run()
    Operation.objects.filter(object_id=link.pk, object_type="tendlc.numberlink").update(state=S.CANCELLED)
    link.state = NumberState.REFUSED
    link.save()
    again = desk.number(link.campaign)
    run()
    assert (operation_of(again).state, operation_of(again).attempt_count) == (S.APPLIED, 0)
    assert desk.effects("link_number") == 1


@pytest.mark.parametrize("name", KINDS)
def test_throttling_waits_and_sends_once(desk: Desk, name: str) -> None:
    row = KINDS[name](desk)
    desk.fault(name, "status", when="before", code=429, retry_after=1)
    engine.run()
    operation = operation_of(row)
    assert (operation.state, operation.waiting_for) == (S.READY, "throttled")
    assert operation.next_attempt_at > timezone.now()
    assert operation.attempts.get().outcome == "throttled"


def test_a_refused_key_holds_everything_and_tells_the_admins_once(desk: Desk) -> None:
    brand = desk.brand()
    other = desk.brand(ein="987654321")
    desk.fault("list_brands", "status", when="before", count=50, code=401)
    run()
    desk.api_key.refresh_from_db()
    assert desk.api_key.refused_at is not None
    assert {operation_of(row).state for row in (brand, other)} == {S.READY}
    notice = Notice.objects.get(kind="outbox.key_refused")
    assert notice.is_open
    desk.simulator.control("faults", method="DELETE")
    actions.release_key(desk.api_key)
    assert not Notice.objects.get(pk=notice.pk).is_open
    run()
    assert {operation_of(row).state for row in (brand, other)} == {S.APPLIED}


def test_a_refusal_brings_fields_reason_and_notice(desk: Desk) -> None:
    brand = desk.brand(company_name="Acme Duplicate Inc")
    run()
    operation = operation_of(brand)
    brand.refresh_from_db()
    assert (operation.state, brand.state, brand.waiting_on) == (S.REFUSED, BrandState.REFUSED, "us")
    assert operation.last_error["fields"][0]["field"] == "company_name"
    refusal = Refusal.objects.get()
    assert (refusal.said_by, refusal.submission, refusal.instance != "") == ("vonage", operation.code, True)
    assert Notice.objects.filter(kind="tendlc.brand_refused").count() == 1


def test_a_refused_brand_is_submitted_again_and_answers_the_refusal(desk: Desk) -> None:
    brand = desk.brand(company_name="Acme Duplicate Inc")
    run()
    brand.refresh_from_db()
    submit_brand(
        desk.scope, BRAND, client=brand.client, api_key=desk.api_key, actor=desk.scope.user, brand=brand
    )
    run()
    brand.refresh_from_db()
    assert brand.state == BrandState.PENDING
    assert Refusal.objects.get().answered_by == operation_of(brand).code


def test_a_completed_attempt_is_never_changed(desk: Desk) -> None:
    brand = desk.brand()
    run()
    attempt = operation_of(brand).attempts.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        type(attempt).objects.filter(pk=attempt.pk).update(outcome="unknown")


def test_the_campaign_waits_for_no_stale_qualification(desk: Desk) -> None:
    campaign = desk.campaign()
    run()
    campaign.refresh_from_db()
    assert campaign.brand.qualifications.count() == 1
    assert campaign.state == CampaignState.IN_REVIEW
    assert campaign.label == "Orders"
    sent = desk.simulator.ledger(operation="create_campaign")[0]["body"]
    assert sent["label"] == f"Orders #{operation_of(campaign).code}"
    assert sent["reseller_id"] == "R000000"


def test_a_denied_use_case_refuses_the_campaign_unsent(desk: Desk) -> None:
    campaign = desk.campaign(use_case="POLITICAL")
    run()
    operation = operation_of(campaign)
    assert (operation.state, operation.attempt_count) == (S.REFUSED, 0)
    assert operation.last_error["code"] == "use_case_denied"
    assert desk.simulator.ledger(operation="create_campaign") == []


def test_another_host_than_the_key_s_is_never_called(desk: Desk, settings: Settings) -> None:
    brand = desk.brand()
    settings.VONAGE_API_URL = "http://127.0.0.1:9"
    run()
    operation = operation_of(brand)
    assert (operation.state, operation.waiting_for, operation.attempt_count) == (S.READY, "wrong_host", 0)


def test_accounts_take_turns(desk: Desk, settings: Settings) -> None:
    """One account's long queue does not keep another waiting."""
    elsewhere = make_membership()
    other = Desk(make_scope(elsewhere), make_api_key(elsewhere.account), desk.simulator)
    mine = [desk.brand(ein=f"12345678{digit}") for digit in range(4)]
    theirs = other.brand()
    sender = current_sender()
    assert sender is not None
    served = []
    while operation := claims.take_next(sender):
        served.append(operation.account_id)
        engine.step(operation, sender)
    assert operation_of(theirs).state == S.APPLIED
    assert {operation_of(row).state for row in mine} == {S.APPLIED}
    assert served.index(elsewhere.account_id) <= 1


def test_an_operation_asked_for_at_another_host_is_not_sent_where_its_key_points_now(desk: Desk) -> None:
    operation = operation_of(desk.brand())
    desk.api_key.host = "https://elsewhere.example"
    type(desk.api_key).objects.update(host="https://elsewhere.example")
    run()
    operation.refresh_from_db()
    assert (operation.state, operation.waiting_for, operation.attempt_count) == (S.READY, "wrong_host", 0)


@pytest.mark.parametrize("word", ["REJECTED", "UNLINKED"])
def test_a_number_that_is_listed_but_not_linked_is_linked_again(desk: Desk, word: str) -> None:
    link = desk.number()
    run()
    desk.simulator.control("status", {"number": link.number, "status": word})
    link.refresh_from_db()
    type(link).objects.filter(pk=link.pk).update(state=NumberState.REJECTED)
    again = desk.number(link.campaign)
    run()
    assert operation_of(again).attempt_count == 1
    assert len(desk.simulator.ledger(operation="link_number")) == 2


def test_a_number_turned_down_before_it_was_looked_for_is_not_linked_twice(desk: Desk) -> None:
    link = desk.number()
    desk.fault("link_number", "reset", when="after")
    desk.simulator.control("settings", {"words": {"number": "REJECTED"}})
    run()
    link.refresh_from_db()
    assert (operation_of(link).state, link.state) == (S.APPLIED, NumberState.REJECTED)
    assert (operation_of(link).attempt_count, desk.effects("link_number")) == (1, 1)


def test_a_run_sends_as_fast_as_the_limiter_lets_it(desk: Desk, settings: Settings) -> None:
    campaign = desk.registered_campaign()
    settings.VONAGE_WRITES_PER_SECOND = 20.0
    calls.limiter.cache_clear()
    numbers = [("US", f"1415555{number:04d}") for number in range(12)]
    link_numbers(desk.scope, campaign, numbers, actor=desk.scope.user)
    engine.run()
    assert desk.effects("link_number") == 12


def test_a_walk_stops_at_a_refused_key(desk: Desk) -> None:
    desk.simulator.control("brands", {"key": desk.api_key.key, "count": 5})
    desk.fault("list_vettings", "status", when="before", code=401, count=9)
    with pytest.raises(Unauthorized):
        walk_key(desk.api_key, calls.open_api(desk.api_key))
    assert desk.simulator.control("ledger")["reads"].get("list_vettings", 0) <= 1


def test_a_throttled_read_waits_its_turn_in_the_database(desk: Desk) -> None:
    calls.limiter().pause(desk.api_key.key, 60)
    with pytest.raises(Throttled):
        calls.open_api(desk.api_key).call("GET", "/v1/10dlc/brands")


def test_a_long_word_of_vonage_s_fits_its_column(desk: Desk) -> None:
    brand = desk.brand()
    desk.fault("create_brand", "status", when="before", code=422, body=NOT_UNIQUE | {"instance": "a" * 300})
    run()
    assert operation_of(brand).state == S.REFUSED
    assert len(operation_of(brand).attempts.get().instance) == 120


def test_looking_again_does_not_repeat_the_feedback_s_refusals(desk: Desk) -> None:
    brand = desk.registered_brand()
    desk.simulator.control(
        "status",
        {"brand_id": brand.remote_id, "status": "UNVERIFIED", "fields": {"company_name": "Acme Unverified"}},
    )
    for _ in range(3):
        refresh(brand, calls.open_api(desk.api_key))
        brand.refresh_from_db()
    assert Refusal.objects.filter(object_id=brand.pk, said_by="registry").count() == 1
