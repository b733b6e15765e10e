"""From the first step to change requests, over HTTP and without JavaScript."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.drafts.models import Draft
from portal.reach.models import ReachCheck
from registry.actions.changing import apply_change
from registry.enums import DecisionState
from registry.models import (
    BusinessProfile,
    ChangeRequest,
    Decision,
    Disclosure,
    Operator,
    OrganisationType,
    VettingCheck,
    VettingConsent,
)
from tests.builders import make_user
from tests.people import People, browser_of
from tests.registry.builders import (
    make_application_profile,
    make_country,
    make_feature,
    make_offer,
    make_operator,
)
from tests.registry.business_values import CONSENT, STEPS


@dataclass
class Walker:
    """A member's browser that walks the steps as a person does."""

    browser: Browser
    account: int
    path: str
    page: str = ""

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', self.page)
        return found.group(1) if found else ""

    def open(self, path: str = "") -> None:
        answer = self.browser.get(path or self.path, follow=True)
        assert answer.status_code == 200, answer.status_code
        self.path = answer.redirect_chain[-1][0] if answer.redirect_chain else path or self.path
        self.page = answer.content.decode()

    def send(self, *, action: str = "next", **values: Any) -> None:
        body = {name: self.hidden(name) for name in ("draft", "version", "step")}
        path = self.path.partition("?")[0]
        answer = self.browser.post(path, {**body, "action": action, **values}, follow=True)
        assert answer.status_code == 200, answer.status_code
        if answer.redirect_chain:
            self.path = answer.redirect_chain[-1][0]
        self.page = answer.content.decode()

    @property
    def step(self) -> str:
        return self.hidden("step")


@dataclass
class Scene:
    walker: Walker
    people: People
    german: Operator
    spanish: Operator
    strict: Operator
    staff: User


@pytest.fixture
def scene(people: People) -> Scene:
    germany, spain = make_country("DE"), make_country("ES")
    german, spanish = make_operator("de-one", germany), make_operator("es-one", spain)
    strict = make_operator("es-strict", spain, requires_vetting=True)
    OrganisationType.objects.create(code="forProfitOrganisation", name="For-profit organisation")
    for operator in (german, spanish, strict):
        make_offer(operator, make_feature())
    account = people.account.pk
    walker = Walker(browser_of(people.member), account, reverse("registry:business_new", args=[account]))
    return Scene(walker, people, german, spanish, strict, make_user(is_staff=True, is_superuser=True))


def register(walker: Walker, **steps: dict[str, Any]) -> BusinessProfile:
    """Walk every step that is asked and submit."""
    walker.open()
    while walker.step != "review":
        step = walker.step
        walker.send(**{**STEPS.get(step, {}), **steps.get(step, {})})
        assert walker.step != step, walker.page
    walker.send(action="submit", notify="none")
    return BusinessProfile.objects.latest("pk")


def business_states() -> dict[str, str]:
    rows = Decision.objects.filter(application_profile=None, is_latest=True)
    return dict(rows.values_list("operator__code", "state"))


def request_change(walker: Walker, profile: BusinessProfile, **steps: dict[str, Any]) -> ChangeRequest:
    """Ask for a change as a person does: the button, the steps, the last page."""
    refusal = steps.pop("review", {})
    answer = walker.browser.post(reverse("registry:change_start", args=[walker.account, profile.pk]))
    walker.open(answer["Location"])
    while walker.step != "review":
        step = walker.step
        shown = {name: walker_value(walker, name) for name in STEPS.get(step, {})}
        walker.send(**{**shown, **steps.get(step, {})})
        assert walker.step != step, walker.page
    walker.send(action="submit", notify="none", **refusal)
    return ChangeRequest.objects.latest("pk")


def walker_value(walker: Walker, name: str) -> Any:
    """What the page has filled in for a field."""
    draft = Draft.objects.filter(kind="registry.business_change", finished_at=None).order_by("-pk").first()
    if draft is not None and name in draft.values:
        return draft.values[name]
    change = ChangeRequest.objects.latest("pk")
    held = {**change.values["profile"], **change.personal["profile"], "countries": change.countries}
    value = held.get(name, "")
    return str(value).lower() if isinstance(value, bool) else value


def test_a_registration_in_two_countries_is_walked_and_submitted_once(scene: Scene) -> None:
    profile = register(scene.walker, countries={"countries": ["DE", "ES"]})
    assert business_states() == {"de-one": "processing", "es-one": "processing", "es-strict": "excluded"}
    assert scene.walker.path == reverse("registry:business_profile", args=[profile.account_id, profile.pk])
    assert "It requires vetting, and you did not consent to that." in scene.walker.page
    assert "PROCESSING" in scene.walker.page
    consent = VettingConsent.objects.get()
    assert (consent.given, consent.operators, consent.by) == (False, ["es-strict"], scene.people.member)
    assert "background checks" in consent.text
    assert sorted(Disclosure.objects.values_list("recipient", flat=True)) == ["De One", "Es One"]

    draft = Draft.objects.get(kind="registry.business")
    path = reverse("registry:business_new", args=[profile.account_id])
    again = {
        "draft": draft.pk,
        "version": draft.version,
        "step": "review",
        "action": "submit",
        "notify": "none",
    }
    second = scene.walker.browser.post(path, again)
    assert second["Location"] == scene.walker.path
    assert BusinessProfile.objects.count() == 1


def test_the_steps_say_whom_it_is_shared_with_and_what_declining_means(scene: Scene) -> None:
    walker = scene.walker
    walker.open()
    assert "Spain: Es One, Es Strict (requires vetting)" in walker.page
    walker.send(countries=["ES"], action="save")
    assert "Will be shared with" in walker.page
    assert "Es Strict" in walker.page
    assert "requires vetting" in walker.page
    walker.send(countries=["ES"])
    for step in ("business", "privacy", "address", "resale"):
        walker.send(**STEPS[step])
    assert walker.step == "vetting"
    said = walker.page
    assert said.index("the operators that require vetting are left out") < said.index('name="consent"')
    walker.send(**STEPS["vetting"])
    assert walker.step == "review"
    assert "Who will get it" in walker.page
    assert "Left out" in walker.page


def test_vetting_is_not_asked_where_nobody_requires_it(scene: Scene) -> None:
    profile = register(scene.walker)
    assert not profile.consents.exists()
    assert business_states() == {"de-one": "processing"}


def test_a_later_consent_starts_only_the_operator_that_was_left_out(scene: Scene) -> None:
    profile = register(scene.walker, countries={"countries": ["DE", "ES"]})
    application = make_application_profile(profile)
    Decision.objects.filter(operator=scene.german, is_latest=True).update(state=DecisionState.ACCEPTED)

    change = request_change(scene.walker, profile, vetting=CONSENT)
    assert change.state == "submitted"
    assert business_states()["es-strict"] == "excluded"
    apply_change(change, actor=scene.staff)

    assert business_states() == {"de-one": "accepted", "es-one": "processing", "es-strict": "processing"}
    started = Decision.objects.filter(round=2)
    assert [one.operator for one in started] == [scene.strict]
    assert VettingCheck.objects.get().operator == scene.strict
    consent = VettingConsent.objects.latest("version")
    assert (consent.given, consent.contact_phone) == (True, "+4930123456")
    assert application.decisions.filter(is_latest=True, operator=scene.strict).exists()


def test_a_refusal_is_answered_by_a_change_and_only_who_refused_is_asked_again(scene: Scene) -> None:
    profile = register(scene.walker, countries={"countries": ["DE", "ES"]})
    Decision.objects.filter(operator=scene.german).update(state=DecisionState.REJECTED, reason="identity")
    Decision.objects.filter(operator=scene.spanish).update(state=DecisionState.ACCEPTED)

    change = request_change(
        scene.walker,
        profile,
        business={"trading_name": "Acme"},
        review={"answers_refusal": "on"},
    )
    apply_change(change, actor=scene.staff)

    assert business_states() == {"de-one": "processing", "es-one": "accepted", "es-strict": "excluded"}
    scene.walker.open(reverse("registry:business_profile", args=[profile.account_id, profile.pk]))
    assert "ACCEPTED on version 1; version 2 since" in scene.walker.page


def test_staff_apply_and_refuse_in_the_admin(scene: Scene) -> None:
    profile = register(scene.walker)
    change = request_change(scene.walker, profile, business={"trading_name": "Acme"})
    admin = browser_of(scene.staff)
    path = reverse("admin:registry_changerequest_decide", args=[change.pk])
    page = admin.get(path).content.decode()
    assert "Trading name" in page
    assert "Acme" in page
    assert "Say why" in admin.post(path, {"refuse": "1", "reason": ""}).content.decode()
    admin.post(path, {"refuse": "1", "reason": "Use your legal name."})
    change.refresh_from_db()
    assert (change.state, change.reason, change.decided_by) == (
        "refused",
        "Use your legal name.",
        scene.staff,
    )
    scene.walker.open(reverse("registry:change", args=[profile.account_id, change.pk]))
    assert "Use your legal name." in scene.walker.page

    second = request_change(scene.walker, profile, business={"trading_name": "Acme Shops"})
    path = reverse("admin:registry_changerequest_decide", args=[second.pk])
    admin.post(path, {"apply": "1", "reason": ""})
    profile.refresh_from_db()
    assert profile.version == 2
    late = admin.post(path, {"refuse": "1", "reason": "No."}, follow=True).content.decode()
    assert "Somebody has decided on this change already." in late


def test_a_member_of_the_account_cannot_decide_a_change(scene: Scene) -> None:
    profile = register(scene.walker)
    change = request_change(scene.walker, profile, business={"trading_name": "Acme"})
    path = reverse("admin:registry_changerequest_decide", args=[change.pk])
    assert browser_of(scene.people.member).post(path, {"apply": "1"}).status_code == 302
    only_staff = browser_of(make_user(is_staff=True))
    assert only_staff.post(path, {"apply": "1"}).status_code == 403
    change.refresh_from_db()
    assert change.state == "submitted"


def test_a_change_that_changes_nothing_is_not_submitted(scene: Scene) -> None:
    profile = register(scene.walker)
    change = request_change(scene.walker, profile)
    assert change.state == "draft"
    assert "This would change nothing." in scene.walker.page


def test_a_change_can_be_taken_back_before_it_is_decided(scene: Scene) -> None:
    profile = register(scene.walker)
    change = request_change(scene.walker, profile, business={"trading_name": "Acme"})
    path = reverse("registry:change_withdraw", args=[profile.account_id, change.pk])
    assert "Withdraw the change?" in scene.walker.browser.get(path).content.decode()
    scene.walker.browser.post(path)
    change.refresh_from_db()
    assert change.state == "withdrawn"


def test_an_editor_hands_the_draft_over_and_submits_nothing(scene: Scene) -> None:
    membership = scene.people.member.memberships.get()
    membership.role = "editor"
    membership.save()
    walker = scene.walker
    walker.open()
    for step in ("countries", "business", "privacy", "address", "resale"):
        walker.send(**STEPS[step])
    assert "Hand over to an approver" in walker.page
    walker.send(action="hand_over")
    draft = Draft.objects.get(kind="registry.business")
    assert draft.waiting_on == "approver"
    body = {"draft": draft.pk, "version": draft.version, "step": "review", "action": "submit"}
    assert (
        walker.browser.post(reverse("registry:business_new", args=[walker.account]), body).status_code == 403
    )
    assert not BusinessProfile.objects.exists()


def test_unfinished_steps_are_named_and_nothing_is_submitted(scene: Scene) -> None:
    walker = scene.walker
    walker.open()
    walker.send(**STEPS["countries"])
    walker.open(re.sub(r"step=\w+", "step=review", walker.path))
    assert "Some answers are still missing" in walker.page
    walker.send(action="submit")
    assert not BusinessProfile.objects.exists()


def test_two_tabs_that_saved_differently_are_shown_side_by_side(scene: Scene) -> None:
    walker = scene.walker
    walker.open()
    walker.send(**STEPS["countries"])
    stale = Walker(browser_of(scene.people.member), walker.account, walker.path, walker.page)
    walker.send(**STEPS["business"])
    stale.send(**{**STEPS["business"], "name": "Another name"})
    assert "Another name" in stale.page
    assert "Acme Retail GmbH" in stale.page
    assert Draft.objects.get(kind="registry.business").values["name"] == "Acme Retail GmbH"


def test_two_subprocessors_are_kept_as_rows(scene: Scene) -> None:
    rows: dict[str, str] = {}
    for number, name in enumerate(("Cloud Host", "Help Desk"), 1):
        rows |= {
            f"sub_{number}_name": name,
            f"sub_{number}_country": "DE",
            f"sub_{number}_role": "hosting",
            f"sub_{number}_data": "phone numbers",
        }
    walker = scene.walker
    walker.open()
    for step in ("countries", "business", "privacy", "address"):
        walker.send(**STEPS[step])
    first = {name: value for name, value in rows.items() if "_1_" in name}
    walker.send(action="more", resells="true", processing="We pass it on.", **first)
    assert 'name="sub_2_name"' in walker.page
    walker.send(resells="true", processing="We pass it on.", **rows)
    walker.send(action="submit", notify="none")
    snapshot = BusinessProfile.objects.get().snapshots.get()
    assert snapshot.values["resells"] is True
    assert [row["name"] for row in snapshot.values["subprocessors"]] == ["Cloud Host", "Help Desk"]
    assert "sub_1_name" not in snapshot.values


def test_a_submission_asks_about_mails_and_presets_nothing(scene: Scene) -> None:
    walker = scene.walker
    walker.open()
    for step in ("countries", "business", "privacy", "address", "resale"):
        walker.send(**STEPS[step])
    assert "Do you want an e-mail when something changes?" in walker.page
    walker.send(action="submit")
    assert "Choose whether you want e-mails" in walker.page
    assert not BusinessProfile.objects.exists()


def test_the_policys_page_is_looked_at_in_the_background(scene: Scene) -> None:
    profile = register(scene.walker)
    check = ReachCheck.objects.get()
    assert (check.url, check.checked_at) == ("https://acme.example.com/privacy", None)
    ReachCheck.objects.update(outcome="missing", checked_at=timezone.now())
    scene.walker.open(reverse("registry:business_profile", args=[profile.account_id, profile.pk]))
    assert "The website says that there is no such page." in scene.walker.page
