"""Ending mails from the mail itself: without signing in, with one click, and with nothing but the signed address."""

from __future__ import annotations

import pytest
from django.core import signing
from django.test import Client as Browser
from django.urls import reverse

from portal.accounts.models import Membership, User
from portal.notices import queries
from portal.notices.enums import Mail, Topic
from portal.notices.models import Subscription
from portal.notices.tokens import SALT, unsubscribe_url
from tests.notices.kinds import subscribe
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def path_for(user: User, people: People, *topics: Topic) -> str:
    address = unsubscribe_url(user.pk, people.account.pk, topics or (Topic.ACCOUNT,))
    return "/unsubscribe/" + address.partition("/unsubscribe/")[2]


def strict_browser() -> Browser:
    """Without cookies, and with the check of forged requests that test browsers leave out."""
    return Browser(enforce_csrf_checks=True)


def mails_of(people: People, user: User) -> dict[str, str]:
    scope = people.scope(user)
    topics = (Topic.ACCOUNT, Topic.TENDLC)
    return {str(topic): queries.choice_of(scope, topic, None).mail for topic in topics}


def test_get_shows_a_button_and_changes_nothing(people: People) -> None:
    subscribe(people)
    before = list(Subscription.objects.order_by("pk").values())

    for method in ("get", "head"):
        answer = getattr(strict_browser(), method)(path_for(people.member, people))
        assert answer.status_code == 200

    page = strict_browser().get(path_for(people.member, people)).content.decode()
    assert '<form method="post">' in page
    assert "API keys" in page
    assert people.member.email not in page
    assert list(Subscription.objects.order_by("pk").values()) == before


def test_post_without_cookies_ends_the_mails_of_the_topic_and_only_of_this_person(people: People) -> None:
    subscribe(people, people.member, people.small)

    answer = strict_browser().post(path_for(people.member, people), ONE_CLICK)

    assert answer.status_code == 200
    assert "You get no more of these e-mails" in answer.content.decode()
    assert mails_of(people, people.member) == {"account": Mail.NONE, "10dlc": Mail.AT_ONCE}
    assert mails_of(people, people.small) == {"account": Mail.AT_ONCE, "10dlc": Mail.AT_ONCE}


def test_second_post_is_harmless(people: People) -> None:
    subscribe(people)
    path = path_for(people.member, people, Topic.ACCOUNT, Topic.TENDLC)

    answers = [strict_browser().post(path, ONE_CLICK).status_code for _twice in range(2)]

    assert answers == [200, 200]
    assert mails_of(people, people.member) == {"account": Mail.NONE, "10dlc": Mail.NONE}


def test_post_of_somebody_without_a_choice_leaves_the_portal_on(people: People) -> None:
    path = path_for(people.member, people)

    strict_browser().post(path, ONE_CLICK)

    (row,) = Subscription.objects.all()
    assert (row.user, row.topic, row.mail, row.in_portal) == (people.member, "account", Mail.NONE, True)


@pytest.mark.parametrize("who", ["small", "limited"])
def test_each_member_ends_their_own(people: People, who: str) -> None:
    user = getattr(people, who)
    subscribe(people, user)

    strict_browser().post(path_for(user, people), ONE_CLICK)

    assert mails_of(people, user)["account"] == Mail.NONE


def test_removed_member_may_still_end_them(people: People) -> None:
    subscribe(people)
    path = path_for(people.member, people)
    Membership.objects.filter(user=people.member).update(is_active=False)

    assert strict_browser().post(path, ONE_CLICK).status_code == 200
    assert Subscription.objects.get(user=people.member, topic=Topic.ACCOUNT).mail == Mail.NONE


@pytest.mark.parametrize("method", ["get", "post"])
def test_forged_tokens_lead_nowhere(people: People, method: str) -> None:
    subscribe(people)
    good = path_for(people.member, people).strip("/").removeprefix("unsubscribe/")
    named = [people.member.pk, people.account.pk, ["account"]]
    forged = [
        "nothing",
        good[:-1],
        good.partition(":")[0],
        f"{good}A",
        f"A{good}",
        signing.dumps(named),  # of another purpose
        signing.dumps(named, salt=SALT, key="another secret"),
        signing.dumps([people.stranger.pk, people.account.pk, ["account"]], salt=SALT),  # no member there
    ]

    for token in forged:
        answer = getattr(strict_browser(), method)(reverse("mail:unsubscribe", args=[token]))
        assert answer.status_code == 404, token
    assert mails_of(people, people.member)["account"] == Mail.AT_ONCE


def test_other_methods_are_refused(people: People) -> None:
    for method in ("put", "delete", "patch"):
        assert getattr(strict_browser(), method)(path_for(people.member, people)).status_code == 405
