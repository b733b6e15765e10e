from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from portal.accounts.models import ApiKey
from tendlc import wire
from tendlc.forms.brand import BrandForm
from tendlc.forms.choices import US_STATES, country_choices
from tendlc.forms.fields import website
from tendlc.rules.brand import looks_like_ssn
from tendlc.sync import Seen, absorb_brand
from tests.builders import make_account, make_api_key, make_client, make_membership, make_scope
from tests.people import People
from tests.tendlc.builders import BRAND_VALUES, make_brand, make_draft

pytestmark = pytest.mark.django_db


def form_of(people: People, **changes: Any) -> BrandForm:
    """A bound form with good values, but for the changes; an existing key of the account pays."""
    key = ApiKey.objects.filter(account=people.account).first() or make_api_key(people.account)
    values = {**BRAND_VALUES, "api_key": str(key.pk), "client": str(people.client.pk), **changes}
    data = QueryDict(mutable=True)
    data.update({name: value for name, value in values.items() if value is not None})
    return BrandForm(data, scope=people.scope(people.member))


def codes(form: BrandForm) -> set[str]:
    assert form.is_valid(), form.errors
    return {caution.code for caution in form.cautions()}


def test_form_asks_for_every_documented_field_but_the_accounts() -> None:
    asked = set(BrandForm.base_fields) - {"client", "api_key"}

    assert asked == wire.BRAND_FIELDS - {"account_id", "primary_account_id"}


def test_good_values_become_what_is_sent(people: People) -> None:
    form = form_of(
        people,
        ein=" 20-1234567 ",
        phone="(201) 555-0123",
        postal_code="07733-1234",
        state="new jersey",
        website="Bakery.EXAMPLE/",
        email="Hello@BAKERY.example",
        company_name="  Vonage   Bakery LLC ",
        ein_issuing_country="",
    )

    assert form.is_valid(), form.errors
    assert form.values == {
        **BRAND_VALUES,
        "email": "Hello@bakery.example",
        "website": "https://bakery.example",
    }
    assert wire.brand_body(form.values)["ein"] == "20-1234567"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ein", "12345678"),
        ("ein", "1234567890"),
        ("ein", "12-345678A"),
        ("ein", "11-1111111"),
        ("ein", "12-3456789"),
        ("phone", "call me"),
        ("phone", "555"),
        ("phone", "+1 201 555 0123 ext. 5"),
        ("postal_code", "773"),
        ("postal_code", "ABCDE"),
        ("state", "New Jersy"),
        ("state", "ZZ"),
        ("country", "XX"),
        ("country", ""),
        ("website", "not a site"),
        ("website", "ftp://bakery.example"),
        ("website", "https://user:secret@bakery.example"),
        ("email", "nobody"),
        ("entity_type", "SOLE_PROPRIETOR"),
        ("vertical", "BANKING"),
        ("display_name", "   "),
    ],
)
def test_what_the_document_rules_out_is_refused_at_its_field(people: People, field: str, value: str) -> None:
    form = form_of(people, **{field: value})

    assert not form.is_valid()
    assert set(form.errors) == {field}
    assert form[field].value() == value


@pytest.mark.parametrize("entity_type", ["PRIVATE_PROFIT", "PUBLIC_PROFIT", "NON_PROFIT"])
def test_tax_number_is_required_of_every_legal_form(people: People, entity_type: str) -> None:
    form = form_of(people, entity_type=entity_type, stock_symbol="VG", stock_exchange="NASDAQ", ein="")

    assert not form.is_valid()
    assert "ein" in form.errors


def test_public_company_needs_symbol_and_exchange(people: People) -> None:
    form = form_of(people, entity_type="PUBLIC_PROFIT")

    assert not form.is_valid()
    assert set(form.errors) == {"stock_symbol", "stock_exchange"}


def test_listing_of_a_private_company_is_not_sent(people: People) -> None:
    form = form_of(people, stock_symbol="VG", stock_exchange="NASDAQ")

    assert form.is_valid()
    assert not {"stock_symbol", "stock_exchange"} & set(form.values)


@pytest.mark.parametrize(
    ("kind", "number", "stored"),
    [
        ("DUNS", "15-048-3782", "150483782"),
        ("LEI", "hwuprkr0mppntp9ve546".upper(), None),
        ("LEI", "5493001KJTIIGC8Y1R12", "5493001KJTIIGC8Y1R12"),
        ("LEI", "5493001KJTIIGC8Y1R13", None),
        ("GIIN", "98q96b.00000.le.250", "98Q96B.00000.LE.250"),
        ("GIIN", "98Q96B00000LE250", None),
        ("DUNS", "12345", None),
        ("", "150483782", None),
        ("DUNS", "", None),
    ],
)
def test_other_business_number_is_a_pair_in_its_own_form(
    people: People, kind: str, number: str, stored: str | None
) -> None:
    form = form_of(people, alt_business_id_type=kind, alt_business_id=number)

    assert form.is_valid() is (stored is not None)
    assert form.cleaned_data.get("alt_business_id") == stored or stored is None


def test_foreign_company_keeps_its_own_forms(people: People) -> None:
    form = form_of(
        people,
        country="GB",
        ein_issuing_country="",
        ein="gb 123 4567-89",
        state="Greater London",
        postal_code="EC1A 1BB",
        phone="020 7946 0958",
    )

    assert codes(form) == {"not_american"}
    assert form.values["ein"] == "GB123456789"
    assert form.values["ein_issuing_country"] == "GB"
    assert form.values["postal_code"] == "EC1A 1BB"
    assert form.values["phone"] == "442079460958"


def test_foreign_tax_number_has_at_most_21_letters_and_digits(people: People) -> None:
    assert form_of(people, ein_issuing_country="DE", ein="A" + "12" * 10).is_valid()
    assert not form_of(people, ein_issuing_country="DE", ein="AB" + "12" * 10).is_valid()
    assert not form_of(people, ein_issuing_country="DE", ein="DE12/34").is_valid()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"email": "bakery@gmail.com"}, "free_mail"),
        ({"email": "hello@agency.example"}, "other_domain"),
        ({"street": "P.O. Box 12"}, "po_box"),
        ({"website": "http://bakery.example"}, "plain_http"),
        ({"website": "https://www.facebook.com/bakery", "email": "a@facebook.com"}, "social_page"),
        ({"ein": "201-23-4567"}, "ssn"),
        ({"alt_business_id_type": "DUNS", "alt_business_id": "201234567"}, "ein_is_duns"),
        ({"phone": "+15556660001"}, "phone_plan"),
        ({"company_name": "B" * 101}, "long_company_name"),
        (
            {"entity_type": "PUBLIC_PROFIT", "stock_symbol": "VG", "stock_exchange": "NONE"},
            "no_exchange",
        ),
    ],
)
def test_what_often_goes_wrong_is_a_caution_and_no_error(
    people: People, changes: dict[str, str], code: str
) -> None:
    form = form_of(people, **changes)

    assert codes(form) == {code}
    assert all(caution.source for caution in form.cautions())


def test_good_values_need_no_caution_and_a_subdomain_is_the_same_site(people: People) -> None:
    assert codes(form_of(people)) == set()
    assert (
        codes(form_of(people, email="a@mail.bakery.example", website="https://www.bakery.example")) == set()
    )


def test_foreign_tax_number_keeps_its_letters_from_form_to_mirror(people: People) -> None:
    """A12345678 and B12345678 are two companies."""
    key = make_api_key(people.account)
    record = wire.Brand.from_json(
        {"brand_id": "B7", "ein": "ES-B12345678", "ein_issuing_country": "ES", "country": "ES"}
    )
    twin = absorb_brand(record, api_key=key, seen=Seen.now())
    assert twin.ein == "ESB12345678"
    spanish = {"ein_issuing_country": "ES", "country": "ES", "state": "Madrid", "postal_code": "28001"}
    assert f"twin_{twin.pk}" in codes(form_of(people, **spanish, ein="ES B12345678"))
    assert f"twin_{twin.pk}" not in codes(form_of(people, **spanish, ein="ES A12345678"))


def test_same_company_in_the_account_is_a_caution_with_its_page(people: People) -> None:
    twin = make_brand(people.account, ein="201234567", ein_country="US", name="First try")
    make_brand(people.account, ein="201234567", ein_country="CA")
    make_brand(people.stranger_account, ein="201234567")

    (caution,) = [one for one in form_checked(people).cautions() if one.code.startswith("twin")]

    assert caution.url == f"/a/{people.account.pk}/10dlc/brands/{twin.pk}/"
    assert "First try" in caution.text


def form_checked(people: People) -> BrandForm:
    form = form_of(people)
    assert form.is_valid(), form.errors
    return form


def test_same_company_of_another_client_is_not_betrayed(people: People) -> None:
    make_brand(people.account, ein="201234567", name="Secret client")
    scope = people.scope(people.limited)
    key = make_api_key(people.account)
    data = QueryDict(mutable=True)
    data.update({**BRAND_VALUES, "api_key": str(key.pk)})
    form = BrandForm(data, scope=scope)

    assert codes(form) == set()


def test_client_is_asked_for_only_when_there_are_several() -> None:
    membership = make_membership()
    make_api_key(membership.account)
    scope = make_scope(membership)

    assert BrandForm(scope=scope)["client"].is_hidden
    make_client(membership.account)
    assert not BrandForm(scope=scope)["client"].is_hidden


def test_key_is_preselected_from_the_last_choice_and_only_usable_ones_are_offered() -> None:
    account = make_account()
    first, last = make_api_key(account, "first"), make_api_key(account, "last", is_primary=False)
    make_api_key(account, "nosecret", secret="")
    make_api_key(account, "elsewhere", host="https://other.example")
    make_api_key(account, "off", is_active=False)
    scope = make_scope(make_membership(account=account, last_api_key=last))

    field: Any = BrandForm(scope=scope).fields["api_key"]

    assert set(field.queryset) == {first, last}
    assert field.initial == last.pk


def test_saved_draft_keeps_its_key(people: People) -> None:
    mine, other = make_api_key(people.account), make_api_key(people.account)
    draft = make_draft(people.account, api_key=mine)
    data = QueryDict(mutable=True)
    data.update({**BRAND_VALUES, "api_key": str(other.pk)})

    form = BrandForm(data, scope=people.scope(people.member), draft=draft)

    assert not form.is_valid()
    assert set(form.errors) == {"api_key"}
    data["api_key"] = str(mine.pk)
    form = BrandForm(data, scope=people.scope(people.member), draft=draft)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["api_key"] == mine
    assert form.cleaned_data["client"] == draft.client


def test_refusal_shows_at_known_fields_and_the_rest_on_top(people: People) -> None:
    form = form_checked(people)

    rest = form.show_refusal({"ein": "Field 'ein' is not unique", "moon_phase": "wrong", "": "no"})

    assert "Field 'ein' is not unique" in form.errors["ein"][0]
    assert str(form.errors["ein"][0]).startswith("Another brand has this already.")
    assert rest == ["moon_phase: wrong", "no"]


def test_choices_start_with_the_countries_most_needed() -> None:
    codes_in_order = [code for code, _name in country_choices()]

    assert codes_in_order[:3] == ["", "US", "CA"]
    assert len(codes_in_order) == len(set(codes_in_order)) > 240
    assert US_STATES["NJ"] == "New Jersey"
    assert US_STATES["AP"] == "Armed Forces Pacific"
    assert all(len(code) == 2 for code in US_STATES)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("bakery.example", "https://bakery.example"),
        ("HTTP://Bakery.example/Bread?x=1", "http://bakery.example/Bread?x=1"),
        ("https://bakery.example:8443/", "https://bakery.example:8443"),
    ],
)
def test_website_is_normalised(typed: str, stored: str) -> None:
    assert website(typed) == stored


def test_only_the_writing_of_a_social_security_number_looks_like_one() -> None:
    assert looks_like_ssn("201-23-4567")
    assert not looks_like_ssn("20-1234567")


def test_saved_draft_keeps_its_client(people: People) -> None:
    draft = make_draft(people.account)
    data = QueryDict(mutable=True)
    key = make_api_key(people.account)
    data.update({**BRAND_VALUES, "api_key": str(key.pk), "client": str(people.other_client.pk)})

    form = BrandForm(data, scope=people.scope(people.member), draft=draft)

    assert not form.is_valid()
    assert set(form.errors) == {"client"}
