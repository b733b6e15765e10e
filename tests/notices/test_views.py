from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from portal.notices import actions, queries
from portal.notices.enums import FollowReason
from portal.notices.models import Delivery, Follow
from tests.notices.kinds import LINKED, REFUSED, make_thing, tell
from tests.people import People, answers, browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]
HTMX = {"HX-Request": "true"}


def url(people: People, name: str, *args: int) -> str:
    return reverse(f"notices:{name}", args=[people.account.pk, *args])


def own(people: People) -> Delivery:
    found = queries.feed(people.scope(people.member)).first()
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["list", "unread", "settings"])
def test_pages_are_there_for_members_and_nobody_else(people: People, name: str) -> None:
    assert answers(people, url(people, name)) == {
        "member": 200,
        "small": 200,
        "limited": 200,
        "stranger": 404,
        "nobody": 302,
    }


def test_list_shows_each_person_their_own(people: People) -> None:
    tell(make_thing(people.client, "Blue brand"), extra_users=[people.member])

    assert "Blue brand is linked" in browser_of(people.member).get(url(people, "list")).content.decode()
    for user in (people.small, people.limited):
        assert "Blue brand" not in browser_of(user).get(url(people, "list")).content.decode()


def test_list_shows_unread_ones_alone(people: People) -> None:
    tell(make_thing(people.client, "Blue"), extra_users=[people.member])
    actions.mark_read(people.scope(people.member))
    tell(make_thing(people.client, "Red"), extra_users=[people.member])
    browser = browser_of(people.member)

    everything = browser.get(url(people, "list")).content.decode()
    unread = browser.get(url(people, "list") + "?show=unread").content.decode()
    assert ("Blue is linked" in everything, "Red is linked" in everything) == (True, True)
    assert ("Blue is linked" in unread, "Red is linked" in unread) == (False, True)


def test_list_pages_through_everything_once(people: People) -> None:
    for number in range(60):
        tell(make_thing(people.client, f"Thing {number:02d}"), extra_users=[people.member])
    browser, seen, token = browser_of(people.member), [], ""
    for _page in range(3):
        response: Any = browser.get(url(people, "list"), {"after": token})
        seen += [each.delivery.pk for each in response.context["told"]]
        token = response.context["page"].next

    assert token == ""
    assert len(seen) == len(set(seen)) == 60


def test_list_costs_the_same_for_one_notice_and_for_many(
    people: People, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        tell(make_thing(people.client, f"Thing {number}"), extra_users=[people.member])
    browser = browser_of(people.member)

    with django_assert_max_num_queries(9):
        browser.get(url(people, "list"))


def test_unread_counts_for_the_navigation(people: People) -> None:
    browser = browser_of(people.member)
    assert browser.get(url(people, "unread")).content.decode().strip() == '<span id="unread-count"></span>'

    tell(make_thing(people.client), extra_users=[people.member])
    assert '<span id="unread-count" class="count">1<' in browser.get(url(people, "unread")).content.decode()


def test_unread_counts_to_a_limit(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "UNREAD_LIMIT", 2)
    for _each in range(4):
        tell(make_thing(people.client), extra_users=[people.member])

    assert ">2+<" in browser_of(people.member).get(url(people, "unread")).content.decode()


def test_open_marks_a_notice_read_and_leads_to_its_page(people: People) -> None:
    thing = make_thing(people.client)
    tell(thing, extra_users=[people.member])
    delivery = own(people)

    response = browser_of(people.member).get(url(people, "open", delivery.pk))

    assert (response.status_code, response["Location"]) == (302, f"/a/{people.account.pk}/things/{thing.pk}/")
    assert queries.unread_count(people.scope(people.member)) == 0
    assert browser_of(people.small).get(url(people, "open", delivery.pk)).status_code == 404


def test_open_never_leads_to_another_site(people: People) -> None:
    tell(make_thing(people.client), extra_users=[people.member])
    delivery = own(people)
    delivery.notice.path = "//evil.example/"
    delivery.notice.save()

    response = browser_of(people.member).get(url(people, "open", delivery.pk))
    assert response["Location"] == url(people, "list")


def test_read_marks_all_and_only_by_post(people: People) -> None:
    tell(make_thing(people.client), extra_users=[people.member])
    browser = browser_of(people.member)

    assert browser.get(url(people, "read")).status_code == 405
    assert queries.unread_count(people.scope(people.member)) == 1
    assert browser.post(url(people, "read"))["Location"] == url(people, "list")
    assert queries.unread_count(people.scope(people.member)) == 0


def test_settings_keep_the_choice_of_kinds(people: People) -> None:
    browser = browser_of(people.member)

    assert browser.post(url(people, "settings"), {"wanted": [REFUSED]}).status_code == 302
    assert LINKED in queries.unwanted_kinds(people.scope(people.member))
    assert REFUSED not in queries.unwanted_kinds(people.scope(people.member))
    response: Any = browser.get(url(people, "settings"))
    assert response.context["form"].initial["wanted"] == [REFUSED]


def test_settings_can_end_every_mail(people: People) -> None:
    assert browser_of(people.member).post(url(people, "settings")).status_code == 302
    assert len(queries.unwanted_kinds(people.scope(people.member))) == 3


def test_settings_refuse_an_unknown_kind(people: People) -> None:
    response = browser_of(people.member).post(url(people, "settings"), {"wanted": ["no.such"]})

    assert response.status_code == 200
    assert queries.unwanted_kinds(people.scope(people.member)) == set()


def test_settings_list_what_the_person_follows(people: People) -> None:
    actions.follow(make_thing(people.client, "Blue brand"), people.member, FollowReason.SUBMITTER)
    actions.follow(make_thing(people.client, "Blue brand"), people.limited, FollowReason.SUBSCRIBER)

    assert "Blue brand" in browser_of(people.member).get(url(people, "settings")).content.decode()
    assert "Blue brand" not in browser_of(people.limited).get(url(people, "settings")).content.decode()


def _follow(people: People, user: Any, thing: Any, wanted: str = "on", **extra: Any) -> Any:
    data = {"object_type": "drafts.draft", "object_id": thing.pk, "wanted": wanted, "next": "/me/start/"}
    return browser_of(user).post(url(people, "follow"), data, **extra)


def test_follow_and_stop_by_plain_form(people: People) -> None:
    thing = make_thing(people.client)

    assert _follow(people, people.member, thing)["Location"] == "/me/start/"
    assert list(actions.followers(thing)) == [people.member]
    _follow(people, people.member, thing)
    assert Follow.objects.count() == 1
    _follow(people, people.member, thing, wanted="")
    assert list(actions.followers(thing)) == []


def test_follow_answers_htmx_with_the_other_button(people: People) -> None:
    thing = make_thing(people.client)

    shown = _follow(people, people.member, thing, headers=HTMX).content.decode()
    assert 'id="notice-follow"' in shown
    assert "Stop telling me" in shown
    shown = _follow(people, people.member, thing, wanted="", headers=HTMX).content.decode()
    assert "Tell me of changes" in shown


def test_follow_finds_nothing_a_person_may_not_see(people: People) -> None:
    thing = make_thing(people.client)

    assert _follow(people, people.limited, thing).status_code == 404
    assert _follow(people, people.stranger, thing).status_code == 404
    assert _follow(people, people.small, thing).status_code == 302
    assert list(actions.followers(thing)) == [people.small]


@pytest.mark.parametrize(
    "data",
    [
        {"object_type": "accounts.user", "object_id": 1, "wanted": "on"},
        {"object_type": "drafts.draft", "object_id": "one", "wanted": "on"},
        {"object_type": "drafts.draft", "object_id": 2**70, "wanted": "on"},
        {},
    ],
)
def test_follow_refuses_what_cannot_be_followed(people: People, data: dict[str, Any]) -> None:
    assert browser_of(people.member).post(url(people, "follow"), data).status_code == 404
    assert not Follow.objects.exists()


def test_stopping_works_for_what_one_may_no_longer_see(people: People) -> None:
    thing = make_thing(people.client)
    actions.follow(thing, people.limited, FollowReason.SUBSCRIBER)
    actions.follow(thing, people.member, FollowReason.SUBSCRIBER)

    _follow(people, people.limited, thing, wanted="")

    assert list(actions.followers(thing)) == [people.member]


def test_follow_never_leads_to_another_site(people: People) -> None:
    data = {
        "object_type": "drafts.draft",
        "object_id": make_thing(people.client).pk,
        "next": "https://evil.example/",
    }

    response = browser_of(people.member).post(url(people, "follow"), data)
    assert response["Location"] == url(people, "settings")
