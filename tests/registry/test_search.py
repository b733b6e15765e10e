"""Searching the lists of the registry takes whatever is typed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.people import People, browser_of
from tests.registry.desk_scene import make_desks
from tests.registry.network_builders import make_application


@pytest.mark.parametrize("name", ["business_profile", "application_profile", "application"])
def test_searching_takes_any_text_and_no_end_of_words(people: People, name: str) -> None:
    """PostgreSQL takes no NUL; and nobody remembers a ninth word."""
    desks = make_desks(people)
    application = make_application(people.account, name="Acme login")
    sought = {"business_profile": desks.business, "application_profile": desks.profile}.get(name, application)
    area, where = ("applications", "list") if name == "application" else ("registry", f"{name}s")
    listed = reverse(f"{area}:{where}", args=[people.account.pk])
    link = reverse(f"{area}:{name}", args=[people.account.pk, sought.pk])
    word = str(sought).split()[0]
    for words in (f"{word[:2]}\0{word[2:]}", f"{word} " * 8 + "ninth"):
        assert link in browser_of(people.member).get(listed, {"q": words}).content.decode()
    assert link not in browser_of(people.member).get(listed, {"q": "Zebra"}).content.decode()
