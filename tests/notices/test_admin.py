from __future__ import annotations

import pytest
from django.urls import reverse

from portal.notices import actions
from portal.notices.enums import FollowReason
from portal.notices.models import Notice
from tests.builders import make_user
from tests.notices.kinds import make_thing, subscribe, tell
from tests.people import People, browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


@pytest.mark.parametrize("model", ["notice", "delivery", "follow", "subscription"])
def test_admin_searches_and_offers_no_way_to_add(people: People, model: str) -> None:
    thing = make_thing(people.client)
    actions.follow(thing, people.member, FollowReason.SUBMITTER)
    subscribe(people)
    tell(thing)
    browser = browser_of(make_user(is_staff=True, is_superuser=True))

    found = browser.get(reverse(f"admin:notices_{model}_changelist"), {"q": "e"})
    assert found.status_code == 200
    assert "0 results" not in found.content.decode()
    assert browser.get(reverse(f"admin:notices_{model}_add")).status_code == 403


def test_admin_shows_a_notice_and_changes_nothing(people: People) -> None:
    notice = tell(make_thing(people.client))
    page = reverse("admin:notices_notice_change", args=[notice.pk])
    browser = browser_of(make_user(is_staff=True, is_superuser=True))

    assert "Blue brand" in browser.get(page).content.decode()
    assert browser.post(page, {"kind": "other"}).status_code == 403
    assert Notice.objects.get().kind == notice.kind
