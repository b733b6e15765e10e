"""Somebody without JavaScript who writes an application profile."""

from __future__ import annotations

from typing import Any

import pytest

from portal.accounts.models import ApiKey
from portal.drafts.models import Draft
from registry.models import (
    ApplicationProfile,
    Category,
)
from tests.builders import make_api_key
from tests.people import People, browser_of
from tests.registry.desk_scene import Desks, make_desks


@pytest.fixture
def desks(people: People) -> Desks:
    Category.objects.create(code="finance", name="Finance")
    return make_desks(people)


@pytest.fixture
def key(desks: Desks) -> ApiKey:
    return make_api_key(desks.people.account, label="Owner")


def base(desks: Desks) -> str:
    return f"/a/{desks.people.account.pk}/network-registry/"


def new_url(desks: Desks) -> str:
    return f"{base(desks)}business-profiles/{desks.business.pk}/application-profiles/new/"


def page(desks: Desks, profile: ApplicationProfile, more: str = "") -> str:
    return f"{base(desks)}application-profiles/{profile.pk}/{more}"


STEPS: dict[str, dict[str, Any]] = {
    "about": {
        "name": "Login check",
        "category": "finance",
        "use_case": "Customers who log in are checked for a swapped SIM.",
        "privacy_policy_url": "https://acme.example/privacy",
        "terms_url": "acme.example/terms",
    },
    "features": {"features": ["sim-swap", "number-verification"], "locations": ["DE", "AQ"]},
    "purposes": {
        "same_purpose": "FraudPreventionAndDetection",
        "same_reason": "It stops account takeover.",
        "reason_sim-swap": "A swapped SIM is the usual way in.",
    },
}


def walk(desks: Desks, key: ApiKey, **changes: dict[str, Any]) -> Draft:
    """Go through every step as the member; the draft that came of it."""
    browser = browser_of(desks.people.member)
    draft: Draft | None = None
    for step, values in STEPS.items():
        own = {"owner_key": str(key.pk)} if step == "about" else {}
        carried = {"draft": str(draft.pk), "version": str(draft.version)} if draft else {}
        sent = {"step": step, "action": "next", **values, **own, **changes.get(step, {}), **carried}
        answer = browser.post(new_url(desks), sent)
        assert answer.status_code == 302, answer.content.decode()
        draft = Draft.objects.get(kind="registry.application", finished_at=None)
    assert draft is not None
    return draft


def submit(desks: Desks, draft: Draft, **changes: str) -> Any:
    values = {
        "step": "review",
        "action": "submit",
        "draft": str(draft.pk),
        "version": str(draft.version),
        "notify": "none",
    }
    return browser_of(desks.people.member).post(new_url(desks), {**values, **changes})
