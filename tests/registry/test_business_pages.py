"""The landing page, the list, the status page and the ledger: what they show, to whom, at which price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from registry.actions.handing_over import hand_over_application, hand_over_business
from registry.enums import Activity, DecisionState
from registry.models import (
    BusinessProfile,
    Decision,
    Disclosure,
    Feature,
    Operator,
    Requirement,
    RequirementAnswer,
)
from tests.people import People, answers, browser_of
from tests.registry.builders import (
    make_application_profile,
    make_business_profile,
    make_country,
    make_feature,
    make_offer,
    make_operator,
)

pytestmark = pytest.mark.django_db


@dataclass
class Scene:
    people: People
    business: BusinessProfile
    german: Operator
    spanish: Operator
    strict: Operator
    swap: Feature
    number: Feature

    def path(self, name: str = "business_profile", *args: Any) -> str:
        return reverse(f"registry:{name}", args=[self.people.account.pk, *(args or (self.business.pk,))])

    def page(self, name: str = "business_profile", *args: Any) -> str:
        return browser_of(self.people.member).get(self.path(name, *args)).content.decode()


@pytest.fixture
def scene(people: People) -> Scene:
    germany, spain = make_country("DE"), make_country("ES")
    german, spanish = make_operator("de-one", germany), make_operator("es-one", spain)
    strict = make_operator("es-strict", spain, requires_vetting=True)
    swap, number = make_feature("sim-swap"), make_feature("number-verification")
    for operator in (german, spanish):
        make_offer(operator, swap)
    make_offer(german, number)
    business = make_business_profile(people.account, countries=[germany, spain], by=people.member)
    hand_over_business(business, business.snapshots.get(), now=timezone.now())
    return Scene(people, business, german, spanish, strict, swap, number)


def settle(rows: Any, state: DecisionState, **fields: Any) -> None:
    assert rows.update(state=state, **fields)


def test_the_four_people_of_the_status_page(scene: Scene) -> None:
    expected = {"member": 200, "small": 200, "limited": 404, "stranger": 404, "nobody": 302}
    for name in ("business_profile", "disclosures"):
        assert answers(scene.people, scene.path(name)) == expected


def test_a_small_role_sees_everything_and_is_offered_nothing(scene: Scene) -> None:
    said = browser_of(scene.people.small).get(scene.path()).content.decode()
    assert "De One" in said
    for action in ("Request a change", "Withdraw the registration", "Delete"):
        assert action not in said
    assert browser_of(scene.people.small).get(scene.path("business_withdraw")).status_code == 403
    assert browser_of(scene.people.small).post(scene.path("change_start")).status_code == 403


def test_operators_show_by_country_and_those_left_out_say_why(scene: Scene) -> None:
    said = scene.page()
    assert said.index("Germany") < said.index("De One") < said.index("Spain") < said.index("Es One")
    assert "It requires vetting, and you did not consent to that." in said
    assert "0 accepted, 0 rejected, 2 open" in said
    assert "1 not counted" in said


@pytest.mark.parametrize(
    ("german", "spanish", "word", "meaning"),
    [
        ("processing", "accepted", "PROCESSING", "Vonage is working with the operators"),
        ("accepted", "accepted", "ACCEPTED", "Accepted by the operators"),
        ("accepted", "rejected", "PARTIALLY-ACCEPTED", "Accepted by some operators, rejected by others"),
        ("rejected", "rejected", "REJECTED", "Rejected by the operators"),
    ],
)
def test_the_guides_four_words_are_shown_with_their_meaning(
    scene: Scene, german: DecisionState, spanish: DecisionState, word: str, meaning: str
) -> None:
    settle(Decision.objects.filter(operator=scene.german), german)
    settle(Decision.objects.filter(operator=scene.spanish), spanish)
    listed = reverse("registry:business_profiles", args=[scene.people.account.pk])
    for said in (scene.page(), browser_of(scene.people.member).get(listed).content.decode()):
        assert f">{word}</span>" in said
        assert meaning in said


def application_lines(scene: Scene) -> Any:
    profile = make_application_profile(scene.business, features=[scene.swap, scene.number], name="Checkout")
    hand_over_application(profile, now=timezone.now())
    return Decision.objects.filter(application_profile=profile, is_latest=True)


def test_an_operator_that_accepts_some_features_shows_partially_accepted(scene: Scene) -> None:
    lines = application_lines(scene).filter(operator=scene.german)
    settle(Decision.objects.filter(feature=None, operator=scene.german), DecisionState.ACCEPTED)
    settle(lines.filter(feature=scene.swap), DecisionState.ACCEPTED)
    settle(lines.filter(feature=scene.number), DecisionState.REJECTED, reason_text="Not at this age.")
    said = scene.page()
    assert said.count("PARTIALLY-ACCEPTED") == 1
    assert "Number Verification:" in said
    assert "Not at this age." in said


def test_an_application_profile_opens_without_javascript_and_offers_the_playground(scene: Scene) -> None:
    application_lines(scene)
    said = scene.page()
    summary = said.split('<details class="more">')[1].split("</details>")[0]
    assert "Checkout" in summary
    assert "Es One" in summary
    assert "It does not offer this network feature." in summary
    assert "you can test in the Playground" in summary


def test_what_is_suspended_is_named_beside_the_word(scene: Scene) -> None:
    settle(
        Decision.objects.filter(operator=scene.german), DecisionState.ACCEPTED, activity=Activity.SUSPENDED
    )
    assert "1 suspended" in scene.page()


def test_a_late_operator_is_named(scene: Scene) -> None:
    assert "It takes longer than usual." not in scene.page()
    Decision.objects.filter(operator=scene.german).update(expected_by=timezone.now() - timedelta(days=1))
    assert scene.page().count("It takes longer than usual.") == 1


def test_the_page_asks_for_news_only_while_something_moves(scene: Scene) -> None:
    browser = browser_of(scene.people.member)
    said = scene.page()
    poll = said.split('id="business-status"')[1].split('hx-get="')[1].split('"')[0]
    headers = {"HX-Request": "true"}
    assert browser.get(poll, headers=headers).status_code == 204
    settle(Decision.objects.filter(feature=None).exclude(state="excluded"), DecisionState.ACCEPTED)
    assert browser.get(poll, headers=headers).headers["HX-Refresh"] == "true"
    assert "every 15s" not in scene.page()


def test_the_ledger_says_who_got_what(scene: Scene) -> None:
    said = scene.page("disclosures")
    assert "De One" in said
    assert "Es Strict" not in said
    assert "Business tax number" in said
    empty = make_business_profile(scene.people.account, name="New", countries=[])
    assert "Nothing was handed over" in scene.page("disclosures", empty.pk)


def test_the_list_finds_by_words_and_country(scene: Scene) -> None:
    france = make_country("FR")
    make_business_profile(
        scene.people.account,
        name="Bakery SAS",
        countries=[france],
        values={"tax_number": "FR40303265045", "trading_name": "Boulangerie"},
    )
    browser = browser_of(scene.people.member)
    listed = reverse("registry:business_profiles", args=[scene.people.account.pk])

    def found(**query: str) -> set[str]:
        said = browser.get(listed, query).content.decode()
        return {name for name in ("Acme Retail GmbH", "Bakery SAS") if f">{name}</a>" in said}

    assert found() == {"Acme Retail GmbH", "Bakery SAS"}
    assert found(q="bakery") == found(q="boulang") == found(q="40303265045") == {"Bakery SAS"}
    assert found(country="ES") == {"Acme Retail GmbH"}
    assert found(country="no such", sort="no such", client="x", after="?") == found()
    assert "No business profile matches" in browser.get(listed, {"q": "nobody"}).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(people: People, rows: int) -> None:
    for number in range(rows):
        make_business_profile(people.account, name=f"Company {number}")
    browser = browser_of(people.member)
    path = reverse("registry:business_profiles", args=[people.account.pk])
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(path).status_code == 200
    assert len(caught) == 11


@pytest.mark.parametrize("rows", [1, 3])
def test_the_status_page_costs_the_same_for_one_and_three_application_profiles(
    scene: Scene, rows: int
) -> None:
    for number in range(rows):
        profile = make_application_profile(scene.business, name=f"App {number}", features=[scene.swap])
        hand_over_application(profile, now=timezone.now())
    browser = browser_of(scene.people.member)
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(scene.path()).status_code == 200
    assert len(caught) == 31


def test_the_landing_page_leads_from_step_to_step(people: People) -> None:
    landing = reverse("registry:landing", args=[people.account.pk])
    browser = browser_of(people.member)
    said = browser.get(landing).content.decode()
    assert said.index("Add a business profile") < said.index("Create a Network Application profile")
    assert "Connect your Vonage application" in said
    assert reverse("registry:business_new", args=[people.account.pk]) in said
    assert "Nothing waits for you." in said
    make_business_profile(people.account)
    said = browser.get(landing).content.decode()
    assert "1 business profile" in said
    assert "Add application profile" in said


def test_the_landing_page_shows_changes_notices_and_required_actions(scene: Scene) -> None:
    settle(Decision.objects.filter(operator=scene.german), DecisionState.REJECTED, reason_text="Who is this?")
    landing = reverse("registry:landing", args=[scene.people.account.pk])
    said = browser_of(scene.people.member).get(landing).content.decode()
    assert "Who is this?" in said
    assert "De One DE" in said
    assert scene.path() in said
    assert "Acme Retail GmbH" not in browser_of(scene.people.limited).get(landing).content.decode()


def test_later_questions_are_answered_beside_the_frozen_profile(scene: Scene) -> None:
    browser, path = browser_of(scene.people.member), scene.path("business_questions")
    assert browser.get(path).status_code == 302
    Requirement.objects.create(
        code="de-rights",
        name="Contact",
        text="Where can end users write?",
        level="business",
        country=scene.german.country,
        answer_type="email",
        is_personal=True,
    )
    assert "Operators have asked 1 more question" in scene.page()
    assert "Where can end users write?" in browser.get(path).content.decode()
    assert "Enter a valid email" in browser.post(path, {"ask_de_rights": "x"}).content.decode()
    for _click in range(2):
        browser.post(path, {"ask_de_rights": "rights@acme.example"})
    answer = RequirementAnswer.objects.get()
    assert (answer.is_supplement, answer.value, answer.by) == (True, {}, scene.people.member)
    assert answer.personal == {"answer": "rights@acme.example"}
    entry = Disclosure.objects.latest("pk")
    assert (entry.recipient, entry.fields) == ("De One", ["requirement:de-rights"])
    assert "more question" not in scene.page()
    assert scene.business.snapshots.count() == 1
    assert browser_of(scene.people.small).get(path).status_code == 403
