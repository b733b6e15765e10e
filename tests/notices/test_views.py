from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from portal.notices import actions, queries
from portal.notices.enums import FollowReason, Mail, Topic
from portal.notices.models import Delivery, Follow, Subscription
from tests.builders import self_client
from tests.notices.kinds import TODO, make_thing, tell
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


def test_list_keeps_on_top_what_needs_action_until_it_is_done(people: People) -> None:
    broken = make_thing(people.client, "Broken")
    tell(broken, TODO, extra_users=[people.member])
    for number in range(30):
        tell(make_thing(people.client, f"Thing {number}"), extra_users=[people.member])
    actions.mark_read(people.scope(people.member))
    browser = browser_of(people.member)

    page = browser.get(url(people, "list")).content.decode()
    assert page.index("Mend Broken") < page.index("Thing 29 is linked")
    assert page.count("Mend Broken") == 1
    assert "Mend Broken" in browser.get(url(people, "list") + "?show=open").content.decode()

    actions.resolve(broken)
    assert "Mend Broken" not in browser.get(url(people, "list")).content.decode()
    assert "Nothing to do" in browser.get(url(people, "list") + "?show=open").content.decode()


def test_list_shows_a_bounded_number_on_top(people: People) -> None:
    for number in range(22):
        tell(make_thing(people.client, f"Broken {number}"), TODO, extra_users=[people.member])

    response: Any = browser_of(people.member).get(url(people, "list"))
    assert len(response.context["on_top"]) == 20
    assert "There are more: everything to do" in response.content.decode()
    assert "No notices yet" not in response.content.decode()


def chosen(**changes: str) -> dict[str, str]:
    """What the settings form sends: the portal, and the mails in `changes`."""
    return {"account-in_portal": "on", "registration-in_portal": "on", **changes}


def test_settings_preset_no_mail(people: People) -> None:
    page = browser_of(people.member).get(url(people, "settings")).content.decode()

    assert 'type="radio"' in page
    assert not re.search(r'type="radio"[^>]*checked', page)
    assert "You have not chosen yet, so no e-mail is sent." in page


def test_settings_keep_the_choice_by_topic(people: People) -> None:
    browser, scope = browser_of(people.member), people.scope(people.member)

    answer = browser.post(url(people, "settings"), chosen(**{"account-mail": "daily"}))

    assert answer["Location"] == url(people, "settings")
    assert queries.choice_of(scope, Topic.ACCOUNT, people.client.pk).mail == Mail.DAILY
    assert queries.choice_of(scope, Topic.REGISTRATION, people.client.pk).mail == ""
    page = browser.get(url(people, "settings")).content.decode()
    assert re.search(r'value="daily"[^>]*checked', page)


def test_settings_can_leave_the_portal_out(people: People) -> None:
    browser_of(people.member).post(url(people, "settings"))

    assert not queries.choice_of(people.scope(people.member), Topic.ACCOUNT, None).in_portal


def test_settings_refuse_an_unknown_answer(people: People) -> None:
    response = browser_of(people.member).post(url(people, "settings"), chosen(**{"account-mail": "fax"}))

    assert response.status_code == 200
    assert not Subscription.objects.exists()


def test_settings_hold_for_one_client_until_forgotten(people: People) -> None:
    browser, scope = browser_of(people.member), people.scope(people.member)
    page = f"{url(people, 'settings')}?client={people.client.pk}"

    answer = browser.post(page, chosen(**{"account-mail": "at_once"}))
    assert answer["Location"] == page
    assert queries.choice_of(scope, Topic.ACCOUNT, people.client.pk).mail == Mail.AT_ONCE
    assert queries.choice_of(scope, Topic.ACCOUNT, people.other_client.pk).mail == ""
    assert f'href="?client={people.client.pk}"' in browser.get(url(people, "settings")).content.decode()
    browser.post(page, {"forget": "on"})
    assert not Subscription.objects.exists()


def test_settings_know_only_clients_the_person_works_for(people: People) -> None:
    own, foreign = people.other_client, people.client
    browser, page = browser_of(people.limited), url(people, "settings")

    assert browser.get(page, {"client": own.pk}).status_code == 200
    for wanted in (foreign.pk, self_client(people.stranger_account).pk, "x", 2**70):
        assert browser.get(page, {"client": wanted}).status_code == 404
    assert browser.post(f"{page}?client={foreign.pk}", chosen()).status_code == 404


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
