from __future__ import annotations

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from portal.accounts.models import User
from portal.notices import actions
from portal.notices.enums import FollowReason
from tests.notices.kinds import make_thing
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


def test_follow_button_offers_what_the_person_has_not_chosen(people: People) -> None:
    thing = make_thing(people.client)

    def button(user: User) -> str:
        request = RequestFactory().get("/a/1/things/?tab=2")
        request.scope = people.scope(user)  # type: ignore[attr-defined]
        template = Template("{% load portal_notices %}{% follow_button thing %}")
        return template.render(Context({"request": request, "thing": thing}))

    assert "Tell me of changes" in button(people.member)
    assert 'value="/a/1/things/?tab=2"' in button(people.member)
    actions.follow(thing, people.member, FollowReason.SUBMITTER)
    assert "Stop telling me" in button(people.member)
    assert "Tell me of changes" in button(people.small)
