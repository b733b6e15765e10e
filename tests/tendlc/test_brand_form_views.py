"""A new brand, from the form through the summary to one submission, and a refused one again."""

from __future__ import annotations

import re

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from portal.accounts.enums import Role
from portal.drafts.models import Draft
from portal.notices.actions import choose, tell
from portal.notices.models import Delivery, Follow, Notice, Subscription
from portal.notices.queries import Choice, choice_of, open_notices
from portal.outbox.models import Operation
from tendlc.models import Brand
from tests.builders import make_api_key, make_membership
from tests.people import People, browser_of
from tests.tendlc.brand_pages import (
    again_path,
    editor_of,
    hidden_of,
    member,
    new_path,
    page_path,
    reviewed,
    typed,
)
from tests.tendlc.builders import BRAND_VALUES, make_brand, make_draft

__all__ = ["member"]
pytestmark = pytest.mark.django_db


# --- The form and the summary --------------------------------------------------------------------


def test_form_comes_back_filled_in_with_messages_at_the_fields(member: Browser, people: People) -> None:
    answer = member.post(new_path(people), typed(people, ein="123", action="review"))
    page = answer.content.decode()

    assert "has nine digits" in page
    assert 'value="Vonage Bakery LLC"' in page
    assert not Draft.objects.exists()


def test_every_field_shows_its_help_and_nobody_types_the_universal_ein(
    member: Browser, people: People
) -> None:
    page = member.get(new_path(people)).content.decode()

    assert "CP 575" in page
    assert "universal EIN" in page
    assert 'name="universal_ein"' not in page
    assert 'data-show-when="entity_type=PUBLIC_PROFIT"' in page


def test_summary_shows_what_is_sent_who_pays_and_the_fee(member: Browser, people: People) -> None:
    answer = member.post(new_path(people), {**typed(people), "action": "review"})
    page = answer.content.decode()

    key = people.account.api_keys.get()
    assert "20-1234567" in page
    assert page.count(key.key) >= 2
    assert "about 4 USD (list price, as of" in page
    assert "cannot be undone" in page
    assert page.count('name="notify"') == 3
    assert not re.search(r'name="notify"[^>]*checked', page)
    assert not Operation.objects.exists()
    draft = Draft.objects.get()
    assert (draft.title, draft.api_key_id, draft.values["ein"]) == ("Vonage Bakery", key.pk, "201234567")


def test_submitting_writes_brand_and_operation_and_finishes_the_draft(
    member: Browser, people: People
) -> None:
    sent = reviewed(member, people)

    answer = member.post(new_path(people), {**sent, "action": "submit"})

    brand, operation = Brand.objects.get(), Operation.objects.get()
    assert answer["Location"] == page_path(brand)
    assert operation.state == "ready"
    assert operation.payload["ein"] == "20-1234567"
    assert operation.payload["account_id"] == people.account.api_keys.get().key
    assert (brand.state, brand.client, brand.responsible) == ("submitting", people.client, people.member)
    assert Draft.objects.get().result_id == brand.pk
    assert Follow.objects.get().user == people.member


def test_submitting_asks_about_mails_and_presets_nothing(member: Browser, people: People) -> None:
    sent = {**reviewed(member, people), "action": "submit"}
    del sent["notify"]

    answer = member.post(new_path(people), sent)

    assert "Choose whether you want e-mails" in answer.content.decode()
    assert not Operation.objects.exists()
    assert not Subscription.objects.exists()
    member.post(new_path(people), {**sent, "notify": "none"})
    assert Operation.objects.count() == 1
    assert [(row.topic, row.mail) for row in Subscription.objects.all()] == [("10dlc", "none")]


def test_submitting_shows_the_choice_made_before_and_lets_it_change(member: Browser, people: People) -> None:
    choose(people.scope(people.member), None, {"10dlc": Choice(mail="daily")})

    page = member.post(new_path(people), {**typed(people), "action": "review"}).content.decode()

    assert "When something changes you get: One e-mail a day" in page
    assert re.search(r'value="daily"[^>]*checked', page)
    member.post(new_path(people), {**hidden_of(page), "action": "submit"})
    assert choice_of(people.scope(people.member), "10dlc", people.client.pk).mail == "at_once"
    assert choice_of(people.scope(people.member), "10dlc", people.other_client.pk).mail == "daily"


def test_a_second_click_lands_on_the_same_brand(member: Browser, people: People) -> None:
    sent = {**reviewed(member, people), "action": "submit"}

    first, second = member.post(new_path(people), sent), member.post(new_path(people), sent)

    assert first["Location"] == second["Location"] == page_path(Brand.objects.get())
    assert Operation.objects.count() == 1


def test_a_click_that_overtook_its_twin_lands_on_the_same_brand(member: Browser, people: People) -> None:
    sent = {**reviewed(member, people), "action": "submit"}
    member.post(new_path(people), sent)
    Draft.objects.update(finished_at=None, result_id=None)  # as the second request read it

    second = member.post(new_path(people), sent)

    assert second["Location"] == page_path(Brand.objects.get())


def test_the_same_company_on_its_way_is_explained_with_a_link(member: Browser, people: People) -> None:
    member.post(new_path(people), {**reviewed(member, people), "action": "submit"})
    brand = Brand.objects.get()
    sent = reviewed(member, people, display_name="Second try")

    answer = member.post(new_path(people), {**sent, "confirmed": f"twin_{brand.pk}", "action": "submit"})

    page = answer.content.decode()
    assert "being registered already" in page
    assert page_path(brand) in page
    assert Operation.objects.count() == Brand.objects.count() == 1


def test_cautions_must_be_ticked(member: Browser, people: People) -> None:
    sent = reviewed(member, people, email="bakery@gmail.com")

    refused = member.post(new_path(people), {**sent, "action": "submit"})
    assert "Tick this if it is right" in refused.content.decode()
    assert not Brand.objects.exists()
    member.post(new_path(people), {**sent, "confirmed": "free_mail", "action": "submit"})
    assert Brand.objects.count() == 1


def test_a_tick_for_one_caution_confirms_no_other(member: Browser, people: People) -> None:
    sent = reviewed(member, people, email="bakery@gmail.com", street="PO Box 1")

    member.post(new_path(people), {**sent, "confirmed": "free_mail", "action": "submit"})

    assert not Brand.objects.exists()


def test_a_known_company_is_cautioned_with_its_link(member: Browser, people: People) -> None:
    twin = make_brand(people.account, ein="201234567")

    page = member.post(new_path(people), {**typed(people), "action": "review"}).content.decode()

    assert page_path(twin) in page
    assert "second fee" in page


def test_change_something_leads_back_with_everything_typed(member: Browser, people: People) -> None:
    sent = reviewed(member, people, phone="(201) 555-0123")

    page = member.post(new_path(people), {**sent, "action": "edit"}).content.decode()

    assert 'value="(201) 555-0123"' in page


def test_editor_hands_over_and_cannot_submit(people: People) -> None:
    make_api_key(people.account)
    editor = browser_of(editor_of(people))
    page = editor.post(new_path(people), {**typed(people), "action": "review"}).content.decode()
    sent = hidden_of(page)

    assert "Hand over to an approver" in page
    assert 'value="submit"' not in page
    assert editor.post(new_path(people), {**sent, "action": "submit"}).status_code == 403
    answer = editor.post(new_path(people), {**sent, "action": "handover"}, follow=True)
    assert Draft.objects.get().waiting_on == "approver"
    assert "Waits for an approver" in answer.content.decode()
    assert not Operation.objects.exists()


def test_whoever_may_submit_is_told_of_a_draft_that_is_handed_over(member: Browser, people: People) -> None:
    approver = make_membership(account=people.account, role=Role.APPROVER).user
    person = editor_of(people)
    editor = browser_of(person)

    editor.post(new_path(people), {**reviewed(editor, people), "action": "handover"})

    notice = Notice.objects.get(kind="drafts.handed_over")
    told = set(Delivery.objects.filter(notice=notice).values_list("user", flat=True))
    assert told == {people.member.pk, approver.pk}
    assert notice.values == {"who": str(person)}
    page = browser_of(approver).get(notice.path).content.decode()
    assert 'value="Vonage Bakery LLC"' in page


def test_approver_submits_what_an_editor_handed_over(member: Browser, people: People) -> None:
    editor = browser_of(editor_of(people))
    editor.post(new_path(people), {**reviewed(editor, people), "action": "handover"})
    draft = Draft.objects.get()

    page = member.get(new_path(people), {"draft": draft.pk}).content.decode()
    assert 'value="Vonage Bakery LLC"' in page
    sent = {**typed(people), "draft": draft.pk, "version": draft.version, "action": "review"}
    sent = hidden_of(member.post(new_path(people), sent).content.decode())
    member.post(new_path(people), {**sent, "action": "submit"})

    draft.refresh_from_db()
    assert draft.result_id == Brand.objects.get().pk


def test_review_over_a_newer_version_shows_both(member: Browser, people: People) -> None:
    sent = reviewed(member, people)
    Draft.objects.update(version=9, values={**Draft.objects.get().values, "city": "Elsewhere"})

    answer = member.post(new_path(people), {**sent, "city": "Holmdel", "action": "review"})
    page = answer.content.decode()

    assert "newer version" in page
    assert "Elsewhere" in page
    assert 'value="Holmdel"' in page
    assert Draft.objects.get().values["city"] == "Elsewhere"


def test_review_that_saving_while_typing_overtook_is_no_conflict(member: Browser, people: People) -> None:
    sent = reviewed(member, people)
    Draft.objects.update(version=9)

    answer = member.post(new_path(people), {**sent, "action": "review"})

    assert answer.templates[0].name == "tendlc/brand_review.html"
    assert hidden_of(answer.content.decode())["version"] == "9"


def test_autosave_keeps_what_the_form_shows_again(member: Browser, people: People) -> None:
    envelope = {"draft_kind": "tendlc.brand", "draft": "", "version": ""}
    member.post(reverse("drafts:save", args=[people.account.pk]), {**typed(people, ein="12"), **envelope})

    page = member.get(new_path(people), {"draft": Draft.objects.get().pk}).content.decode()

    assert 'value="12"' in page
    assert 'value="Vonage Bakery LLC"' in page


def test_draft_of_another_client_or_kind_is_not_found(member: Browser, people: People) -> None:
    theirs = make_draft(people.stranger_account)
    other_kind = make_draft(people.account, "tendlc.campaign")
    mine = make_draft(people.account)

    assert member.get(new_path(people), {"draft": theirs.pk}).status_code == 404
    assert member.get(new_path(people), {"draft": other_kind.pk}).status_code == 404
    assert member.get(new_path(people), {"draft": "x"}).status_code == 404
    assert browser_of(people.limited).get(new_path(people), {"draft": mine.pk}).status_code == 404
    assert member.get(new_path(people), {"draft": mine.pk}).status_code == 200


def test_finished_draft_leads_to_what_came_of_it(member: Browser, people: People) -> None:
    brand = make_brand(people.account)
    draft = make_draft(people.account, finished_at=timezone.now(), result_id=brand.pk)

    assert member.get(new_path(people), {"draft": draft.pk})["Location"] == page_path(brand)


def test_without_a_usable_key_the_form_says_so(people: People) -> None:
    page = browser_of(people.member).get(new_path(people)).content.decode()

    assert "no API key that could pay" in page


# --- Again ---------------------------------------------------------------------------------------


def refused_brand(people: People) -> Brand:
    """A brand whose submission Vonage refused, with the problem kept on its operation."""
    member = browser_of(people.member)
    member.post(new_path(people), {**reviewed(member, people), "action": "submit"})
    brand = Brand.objects.get()
    problem = {
        "code": "invalid_parameters",
        "text_id": "Vonage did not accept some of the fields. Correct them and submit again.",
        "values": {},
        "detail": "There were some errors",
        "instance": "797a8f19",
        "fields": [
            {"code": 503, "field": "company_name", "description": "Field 'company_name' is not unique"},
            {"code": 1, "field": "moon", "description": "is full"},
        ],
    }
    Operation.objects.update(state="refused", last_error=problem, finished_at=timezone.now())
    Brand.objects.update(state="refused")
    brand.refresh_from_db()
    return brand


def test_submitting_again_settles_the_notice_of_the_refusal(member: Browser, people: People) -> None:
    brand = refused_brand(people)
    tell("tendlc.brand_refused", brand, key="k", path=page_path(brand), extra_users=[people.member])
    assert open_notices(people.scope(people.member)).count() == 1
    review = member.post(again_path(brand), typed(people, action="review"))

    member.post(again_path(brand), {**hidden_of(review.content.decode()), "action": "submit"})

    assert Operation.objects.count() == 2
    assert not open_notices(people.scope(people.member)).exists()


def test_refused_brand_comes_back_filled_in_with_the_messages(member: Browser, people: People) -> None:
    brand = refused_brand(people)

    page = member.get(again_path(brand)).content.decode()

    assert 'value="Vonage Bakery LLC"' in page
    assert "Field &#x27;company_name&#x27; is not unique" in page
    assert "Another brand has this already." in page
    assert "moon: is full" in page
    assert "There were some errors" in page
    assert "797a8f19" in page


def test_page_of_a_refused_brand_says_why_and_leads_to_the_form(member: Browser, people: People) -> None:
    brand = refused_brand(people)

    page = member.get(page_path(brand)).content.decode()

    assert "did not accept some of the fields" in page
    assert again_path(brand) in page


def test_refused_brand_is_submitted_again_as_the_same_brand(member: Browser, people: People) -> None:
    brand = refused_brand(people)
    data = {**typed(people, company_name="Bakery Two LLC"), "action": "review"}
    sent = hidden_of(member.post(again_path(brand), data).content.decode())

    answer = member.post(again_path(brand), {**sent, "action": "submit"})
    second = member.post(again_path(brand), {**sent, "action": "submit"})

    assert answer["Location"] == second["Location"] == page_path(brand)
    brand.refresh_from_db()
    assert (brand.state, brand.company_name) == ("submitting", "Bakery Two LLC")
    assert [one.state for one in Operation.objects.order_by("pk")] == ["refused", "ready"]


def test_again_continues_a_begun_draft(member: Browser, people: People) -> None:
    brand = refused_brand(people)
    make_draft(people.account, values={**BRAND_VALUES, "city": "Newtown"}, parent_id=brand.pk)

    assert 'value="Newtown"' in member.get(again_path(brand)).content.decode()


def test_again_is_only_for_refused_brands(member: Browser, people: People) -> None:
    brand = make_brand(people.account, state="verified")

    assert member.get(again_path(brand))["Location"] == page_path(brand)
    assert member.post(again_path(brand), typed(people, action="submit"))["Location"] == page_path(brand)
