"""Where the pages of applications are, and how their form is filled in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from portal.accounts.models import ApiKey
from registry.enums import Access
from registry.models import NetworkApplication
from tests.builders import make_api_key
from tests.people import People, browser_of
from tests.registry.network_builders import (
    make_public_key,
)

PUBLIC = make_public_key()


@pytest.fixture
def api_key(people: People) -> ApiKey:
    return make_api_key(people.account)


@pytest.fixture
def member(people: People) -> Browser:
    return browser_of(people.member)


def new_path(people: People) -> str:
    return reverse("applications:new", args=[people.account.pk])


def path_of(row: NetworkApplication, name: str = "application") -> str:
    return reverse(f"applications:{name}", args=[row.account_id, row.pk])


def fields(key: ApiKey, people: People, **changes: Any) -> dict[str, Any]:
    """What a filled form sends; None leaves a field out."""
    data = {
        "form_token": "one-click",
        "name": "Login",
        "public_key": PUBLIC,
        "api_key": key.pk,
        "client": people.client.pk,
        "access": Access.PLAYGROUND,
        "network_registry": "on",
        **changes,
    }
    return {name: value for name, value in data.items() if value is not None}


def page(answer: Any) -> str:
    return " ".join(answer.content.decode().split())
