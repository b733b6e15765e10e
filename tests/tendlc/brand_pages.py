"""Where the pages of brands are, and how somebody without JavaScript fills them in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from portal.accounts.enums import Role
from portal.accounts.models import User
from tendlc.models import Brand
from tests.builders import make_api_key, make_membership
from tests.people import People, browser_of
from tests.tendlc.builders import BRAND_VALUES

HTMX = {"HX-Request": "true"}


@pytest.fixture
def member(people: People) -> Browser:
    make_api_key(people.account)
    return browser_of(people.member)


def new_path(people: People) -> str:
    return reverse("tendlc:brand_new", args=[people.account.pk])


def list_path(people: People) -> str:
    return reverse("tendlc:brands", args=[people.account.pk])


def page_path(brand: Brand) -> str:
    return reverse("tendlc:brand", args=[brand.account_id, brand.pk])


def again_path(brand: Brand) -> str:
    return reverse("tendlc:brand_again", args=[brand.account_id, brand.pk])


def key_pk(people: People) -> str:
    return str(people.account.api_keys.order_by("pk")[0].pk)


def typed(people: People, **changes: Any) -> dict[str, Any]:
    return {
        **BRAND_VALUES,
        "client": people.client.pk,
        "api_key": key_pk(people),
        "notify": "at_once",
        **changes,
    }


def hidden_of(html: str) -> dict[str, str]:
    """What a browser without JavaScript sends back from the summary page, the question about mails answered."""
    inputs = re.findall(r'<input type="hidden" name="(\w+)"[^>]*?value="([^"]*)"', html)
    return {**dict(inputs), "notify": "at_once"}


def reviewed(browser: Browser, people: People, **changes: Any) -> dict[str, str]:
    """Walk to the summary; returns what its form sends."""
    answer = browser.post(new_path(people), {**typed(people, **changes), "action": "review"})
    assert answer.templates[0].name == "tendlc/brand_review.html", answer.context["form"].errors
    return hidden_of(answer.content.decode())


def editor_of(people: People) -> User:
    return make_membership(account=people.account, role=Role.EDITOR).user
