"""Somebody without JavaScript who walks the pages of campaigns."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from portal.accounts.models import ApiKey
from portal.drafts.models import Draft
from portal.outbox.models import Operation
from portal.outbox.storing import finish_refused
from tendlc.models import Brand, Campaign
from tests.people import People, browser_of
from tests.tendlc.builders import (
    make_brand,
    make_qualification,
)
from tests.tendlc.campaign_values import STEPS, TERMS

FRAGMENT = {"HX-Request": "true"}
ORDER = ("use_case", "about", "flags", "consent", "messages", "review")


@pytest.fixture
def brand(people: People) -> Brand:
    brand = make_brand(people.account, client=people.client)
    ApiKey.objects.filter(pk=brand.api_key_id).update(reseller_id="R123456")
    make_qualification(brand, raw=TERMS, annual_fee=120)
    return Brand.objects.get(pk=brand.pk)


def new_url(brand: Brand) -> str:
    return reverse("tendlc:campaign_new", args=[brand.account_id, brand.pk])


def page_url(row: Campaign) -> str:
    return reverse("tendlc:campaign", args=[row.account_id, row.pk])


def again_url(row: Campaign) -> str:
    return reverse("tendlc:campaign_again", args=[row.account_id, row.pk])


class Walker:
    """Somebody without JavaScript: posts one form after the other, as the pages hand them out."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url

    @property
    def draft(self) -> Draft:
        return Draft.objects.latest("pk")

    def shown(self, step: str) -> str:
        """The page of a step, from the draft."""
        return self.browser.get(self.url, {"draft": str(self.draft.pk), "step": step}).content.decode()

    def post(self, step: str, values: dict[str, Any], action: str = "next") -> Any:
        draft = Draft.objects.filter(kind="tendlc.campaign").order_by("-pk").first()
        carried = {"draft": draft.pk, "version": draft.version} if draft else {}
        return self.browser.post(self.url, {"step": step, "action": action, **carried, **values})

    def walk(self, steps: dict[str, dict[str, Any]] = STEPS) -> None:
        for step, values in steps.items():
            response = self.post(step, values)
            assert response.status_code == 302, response.content.decode()
            assert f"step={ORDER[ORDER.index(step) + 1]}" in response["Location"]

    def submit(self, **values: Any) -> Any:
        return self.post("review", {"notify": "at_once", **values}, "submit")


@pytest.fixture
def walker(people: People, brand: Brand) -> Walker:
    return Walker(browser_of(people.member), new_url(brand))


def refused(walker: Walker, fields: list[dict[str, Any]]) -> Campaign:
    walker.walk()
    walker.submit()
    problem = {
        "code": "invalid_parameters",
        "text_id": "Vonage did not accept some of the fields. Correct them and submit again.",
        "detail": "There were some errors submitting your campaign",
        "instance": "797a8f199c",
        "fields": fields,
    }
    operation = Operation.objects.get()
    Operation.objects.filter(pk=operation.pk).update(state="sending")
    finish_refused(Operation.objects.get(), problem)
    return Campaign.objects.get()


# --- The page ------------------------------------------------------------------------------------


def page_of(people: People, row: Campaign, **headers: str) -> str:
    return browser_of(people.member).get(page_url(row), headers=headers).content.decode()
