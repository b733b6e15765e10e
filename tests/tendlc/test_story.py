"""What the pages of all 10DLC objects tell alike: what was sent, every no, who was told and by which mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from portal.accounts.models import User
from portal.history.actions import note_refusal
from portal.notices.actions import choose, follow, tell
from portal.notices.enums import DeliveryState, FollowReason, Mail, Topic
from portal.notices.models import Delivery
from portal.notices.queries import Choice, mails_about
from portal.outbox.actions import submit
from portal.outbox.models import Attempt
from tendlc.models import Brand
from tendlc.operations import REQUEST_VETTING, UNLINK_NUMBER, UPDATE_BRAND, UPDATE_CAMPAIGN
from tests.builders import make_membership, make_user
from tests.people import People, browser_of
from tests.tendlc.builders import make_brand, make_campaign, make_number_link, make_vetting

pytestmark = pytest.mark.django_db
KINDS = {
    "brand": (UPDATE_BRAND, "Change a brand"),
    "campaign": (UPDATE_CAMPAIGN, "Edit a campaign"),
    "number": (UNLINK_NUMBER, "Unlink a number"),
    "vetting": (REQUEST_VETTING, "Request a vetting"),
}
MADE: dict[str, Callable[[Brand], Any]] = {
    "brand": lambda brand: brand,
    "campaign": make_campaign,
    "number": lambda brand: make_number_link(make_campaign(brand)),
    "vetting": make_vetting,
}


@pytest.fixture(params=sorted(KINDS))
def thing(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def row(people: People, thing: str) -> Any:
    return MADE[thing](make_brand(people.account))


def page(people: People, thing: str, row: Any, user: User | None = None) -> str:
    path = reverse(f"tendlc:{thing}", args=[row.account_id, row.pk])
    return " ".join(browser_of(user or people.member).get(path).content.decode().split())


def mailed(people: People, row: Any, *users: User) -> None:
    """One notice about the object, which each of these people is mailed at once."""
    for user in users:
        choose(people.scope(user), None, {Topic.TENDLC: Choice(mail=Mail.AT_ONCE)})
        follow(row, user, FollowReason.SUBSCRIBER)
    tell("tendlc.number_rejected", row, key="k", path="/")


def test_what_was_sent_is_named_with_every_attempt(people: People, thing: str, row: Any) -> None:
    kind, label = KINDS[thing]
    operation = submit(kind, row, actor=people.member, api_key=row.api_key, payload={"a": 1})
    Attempt.objects.create(
        account=people.account, operation=operation, number=1, outcome="throttled", http_status=429
    )

    told = page(people, thing, row)

    assert f"{label} <code>{operation.code}</code>" in told
    assert "Attempt 1: Throttled (429)" in told
    assert f"Asked for by {people.member}" in told


def test_what_was_found_at_vonage_says_so(people: People, thing: str, row: Any) -> None:
    assert "Nothing from this portal" in page(people, thing, row)


def test_every_no_stands_in_the_timeline_by_the_name_people_know(
    people: People, thing: str, row: Any
) -> None:
    note_refusal(row, said_by="carrier:TMO", text="Not like this")

    told = page(people, thing, row)

    assert "Refused by T-Mobile" in told
    assert "Not like this" in told
    assert "carrier:" not in told.lower()


def test_who_is_responsible_is_shown(people: People, thing: str, row: Any) -> None:
    row.responsible = make_membership(make_user(name="Rosa Responsible"), people.account).user
    row.save()

    assert "Rosa Responsible" in page(people, thing, row)


def test_mails_are_shown_with_whom_and_whether_they_left(people: People, thing: str, row: Any) -> None:
    colleague = make_membership(make_user(name="Carla Colleague"), people.account).user
    mailed(people, row, people.member, colleague)
    Delivery.objects.filter(user=colleague, channel="email").update(
        state=DeliveryState.FAILED, attempts=5, error="550 carla@example.com unknown"
    )

    told = page(people, thing, row)

    assert f"To {people.member}, by e-mail, at once." in told
    assert "To Carla Colleague, by e-mail, at once. 5 attempts." in told
    assert "carla@example.com unknown" not in told


def test_whoever_may_not_see_the_audit_sees_their_own_mails_alone(
    people: People, thing: str, row: Any
) -> None:
    mailed(people, row, people.member, people.small)

    told = page(people, thing, row, people.small)

    assert f"To {people.small}, by e-mail" in told
    assert f"To {people.member}, by e-mail" not in told


def test_mails_of_other_clients_and_unwanted_ones_are_not_there(people: People) -> None:
    brand = make_brand(people.account)
    mailed(people, brand, people.member)
    follow(brand, people.small, FollowReason.SUBSCRIBER)
    tell("tendlc.brand_verified", brand, key="another", path="/")

    assert {one.user for one in mails_about(people.scope(people.member), brand)} == {people.member}
    assert not mails_about(people.scope(people.limited), brand)
    assert not mails_about(people.scope(people.stranger, people.stranger_account), brand)
