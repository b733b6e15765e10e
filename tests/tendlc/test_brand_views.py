from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.drafts.models import Draft
from portal.history.actions import note_change, note_refusal
from portal.history.enums import Source
from portal.history.models import AuditEntry
from portal.notices.actions import choose, tell
from portal.notices.models import Delivery, Follow, Notice, Subscription
from portal.notices.queries import Choice, choice_of, open_notices
from portal.outbox.models import Inquiry, Operation
from tendlc.models import Brand
from tests.builders import make_api_key, make_membership
from tests.people import People, answers, browser_of
from tests.tendlc.builders import BRAND_VALUES, make_brand, make_campaign, make_draft, make_vetting

pytestmark = pytest.mark.django_db
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


# --- Who may see what ----------------------------------------------------------------------------


def test_list_is_for_members(people: People) -> None:
    assert answers(people, list_path(people)) == {
        "member": 200,
        "small": 200,
        "limited": 200,
        "stranger": 404,
        "nobody": 302,
    }


def test_list_shows_the_limited_person_nothing_of_other_clients(people: People) -> None:
    make_brand(people.account, name="Hidden Bakery")
    make_draft(people.account, values={"display_name": "Hidden draft"})
    make_brand(people.account, client=people.other_client, name="Zebra Bakery")

    page = browser_of(people.limited).get(list_path(people)).content.decode()

    assert "Zebra Bakery" in page
    assert "Hidden" not in page


def test_page_is_for_those_who_work_for_its_client(people: People) -> None:
    brand = make_brand(people.account)

    assert answers(people, page_path(brand)) == {
        "member": 200,
        "small": 200,
        "limited": 404,
        "stranger": 404,
        "nobody": 302,
    }


def test_forms_are_for_those_who_prepare(people: People) -> None:
    brand = make_brand(people.account, state="refused", remote_id="")

    assert answers(people, new_path(people)) == {
        "member": 200,
        "small": 403,
        "limited": 200,
        "stranger": 404,
        "nobody": 302,
    }
    assert answers(people, again_path(brand)) == {
        "member": 200,
        "small": 403,
        "limited": 404,
        "stranger": 404,
        "nobody": 302,
    }


def test_sync_is_for_those_who_see_the_brand(people: People) -> None:
    brand = make_brand(people.account)
    path = reverse("tendlc:brand_sync", args=[people.account.pk, brand.pk])

    answered = {
        name: browser_of(getattr(people, name)).post(path).status_code
        for name in ("member", "small", "limited", "stranger")
    }

    assert answered == {"member": 302, "small": 302, "limited": 404, "stranger": 404}
    assert Inquiry.objects.count() == 1


# --- The list ------------------------------------------------------------------------------------


def test_list_finds_filters_and_sorts(member: Browser, people: People) -> None:
    make_brand(people.account, name="Beta Bikes", state="pending", ein="301111222")
    make_brand(people.account, name="Alpha Apples", state="verified")

    def names(query: str) -> list[str]:
        return [row.display_name for row in member.get(f"{list_path(people)}?{query}").context["page"].rows]

    assert names("") == ["Alpha Apples", "Beta Bikes"]
    assert names("order=name") == ["Alpha Apples", "Beta Bikes"]
    assert names("order=state") == ["Beta Bikes", "Alpha Apples"]
    assert names("q=bikes") == ["Beta Bikes"]
    assert names("q=30-1111222") == ["Beta Bikes"]
    assert names("state=verified") == ["Alpha Apples"]
    assert names("type=PUBLIC_PROFIT") == []
    assert names(f"client={people.other_client.pk}") == []
    assert names("state=nonsense&order=nonsense&client=x") == ["Alpha Apples", "Beta Bikes"]


def test_list_says_whether_there_is_nothing_yet_or_nothing_found(member: Browser, people: People) -> None:
    assert "No brand yet" in member.get(list_path(people)).content.decode()
    assert "No brand matches" in member.get(list_path(people), {"q": "xyz"}).content.decode()


def test_list_shows_an_unknown_word_raw(member: Browser, people: People) -> None:
    make_brand(people.account, state="unknown", remote_status="LIMBO")

    assert "<code>LIMBO</code>" in member.get(list_path(people)).content.decode()


def test_list_pages_on(member: Browser, people: People) -> None:
    for number in range(27):
        make_brand(people.account, name=f"Brand {number:02}")

    first = member.get(list_path(people), {"order": "name"}).context["page"]
    second = member.get(list_path(people), {"order": "name", "after": first.next}).context["page"]

    assert [row.display_name for row in second.rows] == ["Brand 25", "Brand 26"]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_queries_for_any_number_of_rows(
    member: Browser, people: People, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _row in range(rows):
        make_brand(people.account)
        make_draft(people.account, saved_by=people.member)
    member.get(list_path(people))

    with django_assert_num_queries(LIST_QUERIES):
        member.get(list_path(people))


LIST_QUERIES = 9


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


# --- The page ------------------------------------------------------------------------------------


def test_page_tells_facts_differences_campaigns_vettings_and_history(member: Browser, people: People) -> None:
    brand = make_brand(people.account, remote_status="VERIFIED")
    brand.raw = {**brand.wished, "phone": "+1 (201) 555-0123", "city": "Newark", "universal_ein": "U-77"}
    brand.save()
    make_campaign(brand, label="Opening hours")
    make_vetting(brand, score=0)
    note_change(
        brand,
        axis="brand",
        before=("pending", "PENDING"),
        after=("verified", "VERIFIED"),
        seen_at=timezone.now(),
        not_before=None,
        source=Source.SYNC,
    )
    note_refusal(brand, said_by="vonage", text="Too late", instance="inst-9")

    page = member.get(page_path(brand)).content.decode()

    for said in (
        "VERIFIED",
        "Newark",
        "Opening hours",
        "AEGIS",
        "U-77",
        "Too late",
        "inst-9",
        "Check use cases",
    ):
        assert said in page
    assert page.count("Differs") == 1
    assert re.search(r">\s*0\s*<", page)


def test_page_names_who_submitted(member: Browser, people: People) -> None:
    member.post(new_path(people), {**reviewed(member, people), "action": "submit"})

    page = member.get(page_path(Brand.objects.get())).content.decode()

    assert AuditEntry.objects.filter(action="brand.submitted").count() == 1
    assert f"Submitted by {people.member}" in page
    assert "goes out within seconds" in page


def test_page_polls_only_while_something_moves(member: Browser, people: People) -> None:
    still = make_brand(people.account, state="verified")
    moving = make_brand(people.account, state="pending")

    assert "every 3s" not in member.get(page_path(still)).content.decode()
    assert "every 3s" in member.get(page_path(moving)).content.decode()


def test_page_loads_anew_only_when_something_moved(member: Browser, people: People) -> None:
    brand = make_brand(people.account, state="pending")
    was = member.get(page_path(brand)).context["fingerprint"]

    assert member.get(page_path(brand), {"was": was}, headers=HTMX).status_code == 204
    Brand.objects.update(state="verified")
    answer = member.get(page_path(brand), {"was": was}, headers=HTMX)
    assert answer.headers["HX-Refresh"] == "true"


def test_page_says_what_waits_when_the_key_is_refused(member: Browser, people: People) -> None:
    member.post(new_path(people), {**reviewed(member, people), "action": "submit"})
    people.account.api_keys.update(refused_at=timezone.now())

    page = member.get(page_path(Brand.objects.get())).content.decode()

    assert "It is saved. Vonage refused the API key" in page
    assert reverse("account:keys", args=[people.account.pk]) in page


def test_page_shows_an_unknown_word_and_stops_nobody(member: Browser, people: People) -> None:
    brand = make_brand(people.account, state="unknown", remote_status="LIMBO")

    page = member.get(page_path(brand)).content.decode()

    assert "<code>LIMBO</code>" in page
    assert reverse("tendlc:campaign_new", args=[people.account.pk, brand.pk]) in page


def test_unverified_brand_shows_the_feedback(member: Browser, people: People) -> None:
    feedback = [{"name": "TAX_ID", "description": "Does not match", "fields": ["ein"]}]
    brand = make_brand(people.account, state="unverified", feedback=feedback, feedback_at=timezone.now())

    page = member.get(page_path(brand)).content.decode()

    assert "TAX_ID" in page
    assert "Does not match" in page
    assert "then revet the brand" in page
    assert "dashboard" not in page
    assert (
        f'<a class="btn" href="{reverse("tendlc:campaign_new", args=[brand.account_id, brand.pk])}">' in page
    )


@pytest.mark.parametrize(("minutes", "said"), [(15, "At the latest"), (-15, "longer than usual")])
def test_page_says_when_it_is_done_at_the_latest(
    member: Browser, people: People, minutes: int, said: str
) -> None:
    by = timezone.now() + timedelta(minutes=minutes)
    brand = make_brand(people.account, state="pending", expected_by=by)

    assert said in member.get(page_path(brand)).content.decode()


def test_sync_now_asks_once_and_shows_progress(member: Browser, people: People) -> None:
    brand = make_brand(people.account)
    path = reverse("tendlc:brand_sync", args=[people.account.pk, brand.pk])

    first = member.post(path, follow=True)
    member.post(path)

    assert "Reading it at Vonage again" in first.content.decode()
    assert "every 3s" in first.content.decode()
    assert Inquiry.objects.count() == 1


def test_sync_of_a_brand_vonage_does_not_know_is_explained(member: Browser, people: People) -> None:
    brand = make_brand(people.account, remote_id="", state="submitting")

    answer = member.post(reverse("tendlc:brand_sync", args=[people.account.pk, brand.pk]), follow=True)

    assert "does not know this brand yet" in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_page_costs_the_same_queries_for_any_number_of_rows(
    member: Browser, people: People, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    brand = make_brand(people.account)
    for _row in range(rows):
        make_campaign(brand)
        make_vetting(brand)
        note_refusal(brand, said_by="vonage")
    member.get(page_path(brand))

    with django_assert_num_queries(PAGE_QUERIES):
        member.get(page_path(brand))


PAGE_QUERIES = 19
