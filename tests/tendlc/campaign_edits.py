"""A registered campaign and how somebody without JavaScript changes it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from tendlc.models import Brand, Campaign
from tests.people import People
from tests.tendlc.builders import (
    make_brand,
    make_campaign,
    make_qualification,
)
from tests.tendlc.campaign_values import ALL, OTHER, SAMPLE, TERMS

FRAGMENT = {"HX-Request": "true"}
FACTS: dict[str, Any] = {
    "campaign_id": "C1",
    "brand_id": "B1",
    "usecase": "CUSTOMER_CARE",
    "vertical": "RETAIL",
    "description": ALL["description"],
    **{name: value == "true" for name, value in ALL.items() if value in ("true", "false")},
    "sample_one": SAMPLE,
    "sample_two": OTHER,
    "message_flow": "Customers of Vonage Bakery opt in at https://bakery.example/sms. Up to 4 messages a month; "
    "rates may apply. Reply HELP for help, STOP to opt out. Privacy policy and terms: https://bakery.example.",
    "help_message": ALL["help_message"],
    "label": "Opening hours #ABCDEFGHJK",
    "status": "ACTIVE",
}


@pytest.fixture
def brand(people: People) -> Brand:
    brand = make_brand(people.account, client=people.client)
    make_qualification(brand, raw=TERMS)
    return brand


@pytest.fixture
def campaign(brand: Brand) -> Campaign:
    return make_campaign(brand, raw=FACTS, label_code="ABCDEFGHJK")


def url(name: str, row: Campaign) -> str:
    return reverse(f"tendlc:{name}", args=[row.account_id, row.pk])


def plain(response: Any) -> str:
    return " ".join(response.content.decode().split())


def typed(page: Any, **changes: str) -> dict[str, str]:
    """The form as the page hands it out, with changes."""
    form = page.context["form"]
    values = {name: str(form[name].value() or "") for name in form.fields}
    return {**values, "form_token": page.context["form_token"], "action": "review", **changes}


def carried(page: str) -> dict[str, str]:
    """What the page that asks whether to send it carries along."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: value.replace("&#x27;", "'") for name, value in found if name != "csrfmiddlewaretoken"}
