"""Changing, deleting and revetting a brand, as people see and do it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from portal.accounts.enums import Role
from portal.history.models import AuditEntry, Change
from portal.outbox.models import Operation
from tendlc import wire
from tendlc.models import Brand
from tendlc.sync import Seen, absorb_brand
from tests.builders import make_api_key, make_membership
from tests.people import People, answers, browser_of
from tests.tendlc.builders import BRAND_VALUES, make_brand, make_campaign, make_vetting

pytestmark = pytest.mark.django_db
FEEDBACK = [
    {"name": "TAX_ID", "description": "Name and number do not match.", "fields": ["ein", "company_name"]},
    {"name": "NOVEL", "description": "Something new.", "fields": []},
]


@pytest.fixture
def brand(people: People) -> Brand:
    make_api_key(people.account)
    raw = {**BRAND_VALUES, "brand_id": "B1", "status": "UNVERIFIED", "ein": "20-1234567"}
    return make_brand(
        people.account, state="unverified", remote_id="B1", raw=raw, ein="201234567", feedback=FEEDBACK
    )


@pytest.fixture
def member(people: People) -> Browser:
    return browser_of(people.member)


def path(brand: Brand, name: str = "brand_edit") -> str:
    return reverse(f"tendlc:{name}", args=[brand.account_id, brand.pk])


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def form_of(member: Browser, brand: Brand) -> dict[str, str]:
    form = member.get(path(brand)).context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def reviewed(member: Browser, brand: Brand, **changes: str) -> Any:
    return member.post(path(brand), {**form_of(member, brand), **changes, "action": "review"})


def hidden_of(answer: Any) -> dict[str, str]:
    return dict(
        re.findall(r'<input type="hidden" name="(\w+)"[^>]*?value="([^"]*)"', answer.content.decode())
    )


@pytest.mark.parametrize("name", ["brand_edit", "brand_delete", "brand_revet"])
def test_pages_are_for_those_who_may_submit(people: People, brand: Brand, name: str) -> None:
    expected = {"member": 200, "small": 403, "limited": 404, "stranger": 404, "nobody": 302}
    assert answers(people, path(brand, name)) == expected


def test_editor_is_told_why_not(people: People, brand: Brand) -> None:
    editor = make_membership(account=people.account, role=Role.EDITOR).user
    page = text(browser_of(editor).get(path(brand, "brand")))
    assert "Your role may not do this" in page
    assert f'href="{path(brand, "brand_delete")}"' not in page
    assert f'href="{path(brand)}"' in page  # a change is prepared and handed over


def test_feedback_is_shown_with_remedies_and_at_its_fields(member: Browser, brand: Brand) -> None:
    page = text(member.get(path(brand, "brand")))
    assert "CP 575 or 147C" in page
    assert "The portal does not know this category." in page
    form = text(member.get(path(brand)))
    assert 'id="said-ein-1"' in form
    assert 'id="said-company_name-1"' in form
    assert 'id="said-city-1"' not in form


def test_form_shows_only_fields_that_can_be_changed(member: Browser, brand: Brand) -> None:
    assert set(form_of(member, brand)) == set(wire.BRAND_PATCH_FIELDS)


def test_difference_names_what_changes_and_what_a_legal_field_costs(member: Browser, brand: Brand) -> None:
    make_vetting(brand)
    make_campaign(brand)
    answer = reviewed(member, brand, company_name="Vonage Bakery Inc")
    assert answer.templates[0].name == "tendlc/brand_diff.html"
    assert [row["label"] for row in answer.context["rows"]] == ["Legal company name"]
    page = text(answer)
    assert "Re-verification costs about 4 USD (list price, as of 2026-10)." in page
    assert "1 live campaigns and 1 vettings" in page
    assert not Operation.objects.exists()


@pytest.mark.parametrize("state", ["verified", "vetted"])
def test_difference_without_legal_fields_leaves_a_verified_brand_as_it_is(
    member: Browser, brand: Brand, state: str
) -> None:
    Brand.objects.update(state=state)
    page = text(reviewed(member, brand, website="https://oven.example"))
    assert "No legal field changes, so the brand stays verified as it is." in page
    assert path(brand, "brand_revet") not in page


@pytest.mark.parametrize(
    ("state", "follows"),
    [("unverified", "Revet it after the change"), ("pending", "The registry is checking it right now.")],
)
def test_difference_promises_no_verification_to_a_brand_that_has_none(
    member: Browser, brand: Brand, state: str, follows: str
) -> None:
    Brand.objects.update(state=state)
    page = text(reviewed(member, brand, website="https://oven.example"))
    assert "The change alone does not make the brand verified" in page
    assert "stays verified" not in page
    assert follows in page
    assert (f'href="{path(brand, "brand_revet")}"' in page) is (state == "unverified")


def test_difference_leads_nobody_to_a_second_revet(member: Browser, brand: Brand) -> None:
    member.post(path(brand, "brand_revet"), {"form_token": "t"})
    Operation.objects.update(state="applied", finished_at=timezone.now())
    page = text(reviewed(member, brand, website="https://oven.example"))
    assert "Vonage allows it once." in page
    assert f'href="{path(brand, "brand_revet")}"' not in page


def test_other_writing_of_the_same_value_is_no_difference(member: Browser, brand: Brand) -> None:
    answer = reviewed(member, brand, phone="(201) 555-0123", website="HTTPS://Bakery.example/")
    assert answer.templates[0].name == "tendlc/brand_edit.html"
    assert "Nothing differs from what Vonage holds" in text(answer)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("website", "https://www.bakery.example"),
        ("company_name", "VONAGE Bakery LLC"),
    ],
)
def test_a_correction_of_letters_is_a_difference(
    member: Browser, brand: Brand, name: str, typed: str
) -> None:
    """Registries compare letter by letter, and so does who corrects a brand."""
    hidden = hidden_of(reviewed(member, brand, **{name: typed}))
    member.post(path(brand), {**hidden, "action": "send"})
    assert Operation.objects.get().payload == {name: typed}


def test_change_sends_only_what_changed_once(member: Browser, brand: Brand) -> None:
    hidden = hidden_of(reviewed(member, brand, website="https://bakery.example/shop", city="Newark"))
    for _click in range(2):
        assert member.post(path(brand), {**hidden, "action": "send"}).status_code == 302
    operation = Operation.objects.get()
    assert operation.payload == {"website": "https://bakery.example/shop", "city": "Newark"}
    brand.refresh_from_db()
    assert (brand.wished["city"], brand.state) == ("Newark", "unverified")
    page = text(member.get(path(brand, "brand")))
    assert "On its way" in page
    assert "Change sent by" in page
    assert AuditEntry.objects.get(action="brand.update_brand").before["city"] == "Holmdel"


def test_change_of_what_moved_meanwhile_is_shown_again(member: Browser, brand: Brand) -> None:
    hidden = hidden_of(reviewed(member, brand, city="Newark"))
    Brand.objects.update(raw={**brand.raw, "city": "Hoboken"})
    answer = member.post(path(brand), {**hidden, "action": "send"})
    assert "has changed since you saw it" in text(answer)
    assert not Operation.objects.exists()


def test_change_while_something_is_on_its_way_is_kept_on_the_page(member: Browser, brand: Brand) -> None:
    hidden = hidden_of(reviewed(member, brand, city="Newark"))
    member.post(path(brand, "brand_revet"), {"form_token": "t"})
    answer = member.post(path(brand), {**hidden, "action": "send"})
    assert "Something else of this brand is on its way." in text(answer)
    assert hidden_of(answer)["city"] == "Newark"
    brand.refresh_from_db()
    assert brand.wished["city"] == "Holmdel"


def test_caution_about_a_change_needs_a_tick(member: Browser, brand: Brand) -> None:
    hidden = hidden_of(reviewed(member, brand, email="bakery@gmail.com"))
    answer = member.post(path(brand), {**hidden, "action": "send"})
    assert "Nothing was submitted." in text(answer)
    assert not Operation.objects.exists()


def test_mistake_is_said_at_its_field_and_the_form_stays_filled_in(member: Browser, brand: Brand) -> None:
    answer = reviewed(member, brand, ein="12-345")
    assert "nine digits" in str(answer.context["form"].errors["ein"])
    assert answer.context["form"]["ein"].value() == "12-345"


def test_what_vonage_has_and_our_lists_do_not_know_can_stay(member: Browser, brand: Brand) -> None:
    Brand.objects.update(
        raw={**brand.raw, "entity_type": "GOVERNMENT", "postal_code": "?", "state": "Jersey X"}
    )
    answer = reviewed(member, brand, city="Newark")
    assert [row["label"] for row in answer.context["rows"]] == ["City"]


def test_company_that_becomes_public_needs_symbol_and_exchange(member: Browser, brand: Brand) -> None:
    answer = reviewed(member, brand, entity_type="PUBLIC_PROFIT")
    assert set(answer.context["form"].errors) == {"stock_symbol", "stock_exchange"}


def test_brand_without_a_tax_number_can_be_changed(member: Browser, brand: Brand) -> None:
    raw = {name: value for name, value in brand.raw.items() if not name.startswith("ein")}
    Brand.objects.update(raw=raw, ein="", ein_country="")
    answer = reviewed(member, brand, ein_issuing_country="CA")
    assert [row["label"] for row in answer.context["rows"]] == ["Country of the tax number"]


def test_emptied_field_is_an_error(member: Browser, brand: Brand) -> None:
    assert "city" in reviewed(member, brand, city="").context["form"].errors


def test_refused_change_comes_back_filled_in_with_vonages_words(member: Browser, brand: Brand) -> None:
    hidden = hidden_of(reviewed(member, brand, company_name="Other Bakery LLC"))
    member.post(path(brand), {**hidden, "action": "send"})
    problem = {
        "detail": "Please correct the fields",
        "text_id": "Vonage did not accept some of the fields. Correct them and submit again.",
        "fields": [{"field": "company_name", "description": "Field 'company_name' is not unique"}],
    }
    Operation.objects.update(state="refused", last_error=problem, finished_at=timezone.now())
    assert "Refused by Vonage: Change a brand" in text(member.get(path(brand, "brand")))
    answer = member.get(path(brand))
    assert answer.context["form"]["company_name"].value() == "Other Bakery LLC"
    assert "Another brand has this already." in str(answer.context["form"].errors["company_name"])


# --- Wishes and facts ----------------------------------------------------------------------------


def absorb(brand: Brand, **values: str) -> Brand:
    record = wire.Brand.from_json({**brand.raw, **values})
    return absorb_brand(record, api_key=brand.api_key, seen=Seen.now())


def test_change_made_elsewhere_is_shown_as_such_until_somebody_accepts_it(
    member: Browser, brand: Brand
) -> None:
    Brand.objects.update(wished={"city": "Holmdel"})
    absorb(brand, city="Newark", phone="+1 201 555 0123")
    change = Change.objects.get(part="details")
    assert change.reason == "city"
    page = text(member.get(path(brand, "brand")))
    assert "Changed at Vonage" in page
    assert "you entered: Holmdel" in page
    member.post(path(brand, "brand_accept"))
    brand.refresh_from_db()
    assert (brand.elsewhere, brand.wished) == ({}, {})
    assert "Changed at Vonage</span>" not in text(member.get(path(brand, "brand")))


def test_change_that_was_wished_for_here_is_not_one_made_elsewhere(brand: Brand) -> None:
    Brand.objects.update(wished={"city": "Newark"})
    row = absorb(brand, city="NEWARK ")
    assert row.elsewhere == {}
    assert not Change.objects.filter(part="details").exists()


# --- Deleting and revetting ----------------------------------------------------------------------


def test_delete_wants_the_name_typed_and_warns_of_live_campaigns(member: Browser, brand: Brand) -> None:
    make_campaign(brand, label="Bread news")
    page = text(member.get(path(brand, "brand_delete")))
    assert "Campaigns of this brand are live" in page
    assert "Bread news" in page
    answer = member.post(path(brand, "brand_delete"), {"typed_name": "Bakery", "form_token": "t1"})
    assert "This is not its name. Nothing was done." in text(answer)
    assert not Operation.objects.exists()
    for _click in range(2):
        typed = {"typed_name": "  vonage BAKERY ", "form_token": "t1"}
        assert member.post(path(brand, "brand_delete"), typed).status_code == 302
    assert Operation.objects.get().kind == "tendlc.delete_brand"


def test_gone_brand_says_so_and_offers_nothing(member: Browser, brand: Brand) -> None:
    Brand.objects.update(gone_at=timezone.now())
    answer = member.get(path(brand, "brand"))
    assert "It is not at Vonage any more" in text(answer)
    assert answer.context["acts"] == []


def test_revet_names_fee_and_consequence_and_is_possible_once(member: Browser, brand: Brand) -> None:
    page = text(member.get(path(brand, "brand_revet")))
    assert "Vonage allows this once" in page
    assert "Revet for about 4 USD" in page
    for _click in range(2):
        member.post(path(brand, "brand_revet"), {"form_token": "t"})
    operation = Operation.objects.get()
    assert (operation.payload, str(operation.fee)) == ({}, "4 USD")
    Operation.objects.update(state="applied", finished_at=timezone.now())
    assert "Vonage allows it once." in text(member.get(path(brand, "brand")))
    assert "It cannot be revetted" in text(member.get(path(brand, "brand_revet")))
    member.post(path(brand, "brand_revet"), {"form_token": "other"})
    assert Operation.objects.count() == 1
