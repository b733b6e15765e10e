"""How a person answers the steps of a profile of the Network Registry."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Visitor

Answers = Mapping[str, Mapping[str, str | list[str]]]
KEY = "Main (demo0001)"
ADDRESS = "https://lantern.example"
# What operators and countries ask beyond the guide, by the kind of the field.
ASKED = {"email": "rights@lantern.example", "url": f"{ADDRESS}/rights", "text": "Lantern Retail"}
COMPANY: Answers = {
    "business": {
        "role": "Compliance manager",
        "country": "ES",
        "organisation_type": "forProfitOrganisation",
        "tax_number": "B58378431",
    },
    "privacy": {
        "dpo_required": "false",
        "iso_27001": "true",
        "privacy_policy_url": f"{ADDRESS}/privacy",
        "privacy_email": "privacy@lantern.example",
    },
    "address": {
        "street": "Calle Mayor 1",
        "city": "Madrid",
        "region": "Madrid",
        "postal_code": "28013",
        "address_country": "ES",
    },
    "resale": {"resells": "false"},
    "vetting": {"consent": "false"},
}
APPLICATION: Answers = {
    "about": {
        "owner_key": KEY,
        "category": "business",
        "use_case": "People sign in to the shop, and we look whether their SIM was changed lately.",
        "privacy_policy_url": f"{ADDRESS}/privacy",
        "terms_url": f"{ADDRESS}/terms",
    },
    "features": {"features": ["sim-swap"], "locations": ["ES"]},
    "purposes": {
        "purpose_sim-swap": "FraudPreventionAndDetection",
        "reason_sim-swap": "A SIM changed an hour ago is a sign that an account is being taken over.",
    },
}


def merged(*parts: Answers) -> Answers:
    """Later answers in the place of earlier ones."""
    steps = dict.fromkeys(step for part in parts for step in part)
    return {
        step: {name: value for part in parts for name, value in part.get(step, {}).items()} for step in steps
    }


def walk(visitor: Visitor, answers: Answers, *, look: bool = True) -> None:
    """Answer every step that is asked, until the last page; what is not named stays as it stands."""
    page = visitor.page
    step = page.locator("main form input[name=step]")
    while (key := step.get_attribute("value")) != "review":
        for name, value in answers.get(key or "", {}).items():
            answer(visitor, name, value)
        answer_operators(visitor)
        if look:
            visitor.look()
        page.get_by_role("button", name="Next").click()
        expect(step).not_to_have_value(key or "")
    if look:
        visitor.look()


def answer(visitor: Visitor, name: str, value: str | list[str]) -> None:
    """As a person does: tick, choose or type, whatever the field is."""
    fields = visitor.page.locator(f"main form [name='{name}']")
    if not fields.count():
        visitor.page.get_by_role("button", name="Add another").click()
        fields.first.wait_for()
    match kind_of(fields.first):
        case "checkbox" | "radio":
            for one in [value] if isinstance(value, str) else value:
                visitor.page.locator(f"main form [name='{name}'][value='{one}']").check()
        case "select-one" | "select-multiple":
            fields.select_option(value)
        case _:
            fields.fill(str(value))


def answer_operators(visitor: Visitor) -> None:
    """Answer whatever operators and countries ask that nobody has answered yet."""
    for field in visitor.page.locator("main form [name^=ask_]:visible").all():
        kind = kind_of(field)
        if kind == "checkbox":
            field.check()
        elif kind.startswith("select"):
            field.select_option(index=1)
        elif not field.input_value():
            field.fill(ASKED[kind])


def kind_of(field: Locator) -> str:
    return str(field.evaluate("field => field.type"))
