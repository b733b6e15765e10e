"""Unfinished changes of what is registered: kept between visits, continued by a colleague, handed over, sent once."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.drafts.models import Draft
from portal.notices.models import Delivery
from portal.outbox.models import Operation
from portal.outbox.storing import finish_refused
from tendlc.actions import set_client
from tendlc.models import Brand, Campaign
from tests.builders import make_api_key, make_membership
from tests.people import People, answers, browser_of
from tests.tendlc.builders import BRAND_VALUES, make_brand, make_campaign, make_draft, make_qualification
from tests.tendlc.campaign_edits import FACTS
from tests.tendlc.campaign_values import TERMS

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


@dataclass(frozen=True)
class Case:
    """One of the two forms: the object, a field to change, what it holds and what it becomes."""

    row: Any
    field: str
    other: str
    kind: str

    @property
    def path(self) -> str:
        return reverse(f"tendlc:{self.row._meta.model_name}_edit", args=[self.row.account_id, self.row.pk])

    @property
    def home(self) -> str:
        return reverse(f"tendlc:{self.row._meta.model_name}", args=[self.row.account_id, self.row.pk])

    def at_vonage(self, **facts: str) -> None:
        """Somebody changed it elsewhere."""
        type(self.row).objects.filter(pk=self.row.pk).update(raw={**self.row.raw, **facts})


def brand_case(people: People) -> Case:
    make_api_key(people.account)
    raw = {**BRAND_VALUES, "brand_id": "B1", "status": "VERIFIED", "ein": "20-1234567"}
    row = make_brand(people.account, remote_id="B1", raw=raw, ein="201234567")
    return Case(row, "website", "street", "tendlc.brand_change")


def campaign_case(people: People) -> Case:
    brand = make_brand(people.account, client=people.client)
    make_qualification(brand, raw=TERMS)
    row = make_campaign(brand, raw=FACTS, label_code="ABCDEFGHJK")
    return Case(row, "label", "help_message", "tendlc.campaign_change")


VALUES = {
    "website": "https://ovens.example",
    "street": "1 New Street",
    "label": "Evening hours",
    "help_message": "Vonage Bakery: write to help@bakery.example.",
}


@pytest.fixture(params=[brand_case, campaign_case], ids=["brand", "campaign"])
def case(request: pytest.FixtureRequest, people: People) -> Case:
    make: Callable[[People], Case] = request.param
    return make(people)


@pytest.fixture
def editor(people: People) -> User:
    return make_membership(account=people.account, role=Role.EDITOR).user


def inputs_of(answer: Any) -> dict[str, str]:
    """The hidden inputs of the form a page shows."""
    found = re.findall(r'<input type="hidden" name="(\w+)"[^>]*?value="([^"]*)"', answer.content.decode())
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def form_of(answer: Any) -> dict[str, str]:
    form = answer.context["form"]
    typed = {name: str(form[name].value() or "") for name in form.fields}
    return {**inputs_of(answer), **typed}


def text(answer: Any) -> str:
    return html.unescape(" ".join(answer.content.decode().split()))


def save(browser: Browser, case: Case, **changes: str) -> Any:
    """What the page does while somebody types."""
    path = reverse("drafts:save", args=[case.row.account_id])
    return browser.post(path, {**form_of(browser.get(case.path)), **changes}, headers=FRAGMENT)


def begin(browser: Browser, case: Case) -> Draft:
    assert "Saved" in save(browser, case, **{case.field: VALUES[case.field]}).content.decode()
    return Draft.objects.get()


def review(browser: Browser, case: Case, **changes: str) -> Any:
    return browser.post(case.path, {**form_of(browser.get(case.path)), **changes, "action": "review"})


def send(browser: Browser, case: Case, page: Any, **more: str) -> Any:
    action = "send" if isinstance(case.row, Brand) else "submit"
    return browser.post(case.path, {**inputs_of(page), "notify": "none", "action": action, **more})


# --- Keeping and continuing ----------------------------------------------------------------------


def test_what_is_typed_is_kept_for_the_clients_team(people: People, case: Case) -> None:
    draft = begin(browser_of(people.member), case)
    assert (draft.kind, draft.parent_id, draft.client, draft.api_key) == (
        case.kind,
        case.row.pk,
        case.row.client,
        case.row.api_key,
    )
    assert draft.values[case.field] == VALUES[case.field]
    assert draft.title == f"Change of {case.row}"
    assert not {"form_token", "next", "client"} & draft.values.keys()


def test_a_colleague_finds_it_on_the_objects_page_and_in_the_form(
    people: People, case: Case, editor: User
) -> None:
    draft = begin(browser_of(people.member), case)
    colleague = browser_of(editor)
    page = text(colleague.get(case.home))
    assert f"Kept by {people.member}," in page
    assert f'href="{case.path}?draft={draft.pk}"' in page
    form = colleague.get(case.path)
    assert form_of(form)[case.field] == VALUES[case.field]
    assert f"This is the unfinished change kept by {people.member}," in text(form)


@pytest.mark.parametrize("name", ["tendlc:brands", "tendlc:campaigns", "desk:home"])
def test_lists_and_home_lead_to_it(people: People, case: Case, name: str) -> None:
    draft = begin(browser_of(people.member), case)
    page = text(browser_of(people.member).get(reverse(name, args=[people.account.pk])))
    mine = name == "desk:home" or name == f"tendlc:{case.row._meta.model_name}s"
    assert (f'href="{case.path}?draft={draft.pk}"' in page) is mine


def test_it_is_saved_without_javascript_and_leads_back_to_the_form(people: People, case: Case) -> None:
    browser = browser_of(people.member)
    body = {**form_of(browser.get(case.path)), case.field: VALUES[case.field]}
    answer = browser.post(reverse("drafts:save", args=[people.account.pk]), body)
    assert answer["Location"] == f"{case.path}?draft={Draft.objects.get().pk}"


def test_the_difference_keeps_it_too(people: People, case: Case) -> None:
    page = review(browser_of(people.member), case, **{case.field: VALUES[case.field]})
    assert "Only" in text(page)
    assert Draft.objects.get().values[case.field] == VALUES[case.field]


def test_thrown_away_it_is_gone_from_page_and_form(people: People, case: Case) -> None:
    browser = browser_of(people.member)
    draft = begin(browser, case)
    browser.post(reverse("drafts:discard", args=[people.account.pk, draft.pk]), {"next": case.home})
    assert "unfinished change" not in text(browser.get(case.home))
    assert form_of(browser.get(case.path))[case.field] != VALUES[case.field]
    answer = browser.get(case.path, {"draft": draft.pk}, follow=True)
    assert "was thrown away" in text(answer)


# --- Facts that moved ----------------------------------------------------------------------------


def test_a_fact_that_moved_is_said_at_the_field_that_was_changed(people: People, case: Case) -> None:
    browser = browser_of(people.member)
    begin(browser, case)
    moved = {"website": "https://elsewhere.example", "label": "Morning hours #ABCDEFGHJK"}[case.field]
    case.at_vonage(**{case.field: moved})
    form = browser.get(case.path)
    assert form_of(form)[case.field] == VALUES[case.field]
    assert f'id="moved-{case.field}"' in text(form)
    assert "What was typed here is kept." in text(form)
    again = review(browser, case)
    back = browser.post(case.path, {**inputs_of(again), "action": "edit"})
    assert "What was typed here is kept." in text(back)


def test_a_field_nobody_touched_follows_its_fact_and_is_never_sent_back(people: People, case: Case) -> None:
    browser = browser_of(people.member)
    stale = form_of(browser.get(case.path))
    begin(browser, case)
    case.at_vonage(**{case.other: VALUES[case.other]})
    form = browser.get(case.path)
    assert form_of(form)[case.other] == VALUES[case.other]
    assert "The field shows it as it is now." in text(form)
    # A window that was open all the time posts the old value: it is not a change either.
    page = browser.post(case.path, {**stale, case.field: VALUES[case.field], "action": "review"})
    send(browser, case, page)
    assert set(Operation.objects.get().payload) == {case.field}


# --- Handing over and sending --------------------------------------------------------------------


def test_an_editor_hands_it_over_and_an_approver_sends_it(people: People, case: Case, editor: User) -> None:
    page = review(browser_of(editor), case, **{case.field: VALUES[case.field]})
    assert "Hand over to an approver" in text(page)
    assert send(browser_of(editor), case, page).status_code == 403
    answer = browser_of(editor).post(case.path, {**inputs_of(page), "action": "handover"}, follow=True)
    assert "A change waits for somebody who may send it" in text(answer)
    draft = Draft.objects.get()
    told = Delivery.objects.filter(notice__kind="drafts.handed_over").values_list("user", "notice__path")
    assert set(told) == {(people.member.pk, f"{case.path}?draft={draft.pk}")}
    assert not Operation.objects.exists()
    approver = browser_of(people.member)
    send(approver, case, review(approver, case))
    assert Operation.objects.get().asked_by == people.member


def test_sent_it_is_finished_and_a_second_click_sends_nothing(people: People, case: Case) -> None:
    browser = browser_of(people.member)
    begin(browser, case)
    page = review(browser, case)
    assert send(browser, case, page)["Location"] == case.home
    draft = Draft.objects.get()
    assert (draft.result_id, draft.finished_at is None) == (case.row.pk, False)
    assert "unfinished change" not in text(browser.get(case.home))
    Operation.objects.update(form_token="")
    assert "sent already" in text(browser.post(case.path, {**inputs_of(page), "action": "send"}, follow=True))
    assert Operation.objects.count() == 1


def test_nobody_sends_what_a_colleague_has_changed_since(people: People, case: Case, editor: User) -> None:
    browser = browser_of(people.member)
    begin(browser, case)
    page = review(browser, case)
    save(browser_of(editor), case, **{case.other: VALUES[case.other]})
    answer = send(browser, case, page)
    assert "There is a newer version of this draft" in text(answer)
    assert "started_from" not in re.findall(r'<th scope="row">(.*?)</th>', answer.content.decode())
    assert not Operation.objects.exists()


def test_a_change_that_is_busy_stays_kept(people: People, case: Case) -> None:
    browser = browser_of(people.member)
    send(browser, case, review(browser, case, **{case.field: VALUES[case.field]}))
    page = review(browser, case, **{case.other: VALUES[case.other]})
    send(browser, case, page)
    assert Operation.objects.count() == 1
    assert Draft.objects.filter(finished_at=None, kind=case.kind).count() == 1


def test_a_refused_change_is_begun_again_from_what_was_sent(people: People, case: Case) -> None:
    browser = browser_of(people.member)
    send(browser, case, review(browser, case, **{case.field: VALUES[case.field]}))
    problem = {
        "code": "invalid_parameters",
        "text_id": "Vonage did not accept some of the fields. Correct them and submit again.",
        "fields": [{"field": case.field, "description": "No good"}],
    }
    Operation.objects.update(state="sending")
    finish_refused(Operation.objects.get(), problem)
    form = browser.get(case.path)
    assert form_of(form)[case.field] == VALUES[case.field]
    assert "Vonage refused the last change" in text(form)
    better = {"website": "https://better.example", "label": "Better hours"}[case.field]
    save(browser, case, **{case.field: better})
    assert form_of(browser.get(case.path))[case.field] == better


# --- What is over, and who may -------------------------------------------------------------------


def test_what_is_gone_offers_only_to_throw_the_change_away(people: People, case: Case) -> None:
    browser = browser_of(people.member)
    draft = begin(browser, case)
    ended = {"gone_at": draft.created_at} if isinstance(case.row, Brand) else {"state": "stopped"}
    type(case.row).objects.filter(pk=case.row.pk).update(**ended)
    page = text(browser.get(case.home))
    assert "It cannot be sent any more" in page
    assert "Continue the change" not in page
    assert reverse("drafts:discard", args=[people.account.pk, draft.pk]) in page


def test_drafts_of_other_objects_are_not_found(people: People, case: Case) -> None:
    browser = browser_of(people.member)
    for other in (
        make_draft(people.account, kind="tendlc.brand"),
        make_draft(people.account, kind=case.kind, parent_id=case.row.pk + 1),
    ):
        assert browser.get(case.path, {"draft": other.pk}).status_code == 404
    assert browser.get(case.path, {"draft": "x"}).status_code == 404


def test_a_kept_change_is_for_those_who_may_see_its_client(people: People, case: Case) -> None:
    draft = begin(browser_of(people.member), case)
    expected = {"member": 200, "small": 403, "limited": 404, "stranger": 404, "nobody": 302}
    assert answers(people, f"{case.path}?draft={draft.pk}") == expected
    assert answers(people, reverse("drafts:discard", args=[people.account.pk, draft.pk])) == expected
    assert "unfinished change" not in text(browser_of(people.small).get(case.home))


def test_a_draft_planted_by_another_clients_member_is_not_shown(people: People, case: Case) -> None:
    """Whoever works for another client may save a draft that names this object, and only for their own client."""
    body = {"draft_kind": case.kind, "draft_parent": case.row.pk, case.field: "Intruder"}
    browser_of(people.limited).post(
        reverse("drafts:save", args=[people.account.pk]), {**body, "client": people.other_client.pk}
    )
    assert Draft.objects.get().client == people.other_client
    assert "unfinished change" not in text(browser_of(people.member).get(case.home))
    assert "Intruder" not in text(browser_of(people.member).get(case.path))


def test_a_kept_change_goes_along_when_the_brand_gets_another_client(people: People, case: Case) -> None:
    browser = browser_of(people.member)
    begin(browser, case)
    brand = case.row if isinstance(case.row, Brand) else Campaign.objects.get(pk=case.row.pk).brand
    set_client(people.scope(people.member), [brand], people.other_client, actor=people.member)
    assert Draft.objects.get().client == people.other_client
    assert "unfinished change" in text(browser.get(case.home))
