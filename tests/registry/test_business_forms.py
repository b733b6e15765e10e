"""The business profile's steps, field by field."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from registry.forms.business import FORMS, Asked, asked_by, check, hints, shown, steps_for
from registry.models import IssuingAuthority, OrganisationType, Requirement
from registry.rules.numbers import Verdict, schemes_of_country, verdict
from registry.rules.questions import applies
from tests.registry.builders import make_country, make_operator
from tests.registry.business_values import CONSENT, STEPS, typed

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    make_operator("de-one", make_country("DE"))
    make_operator("es-strict", make_country("ES"), requires_vetting=True)
    OrganisationType.objects.create(code="forProfitOrganisation", name="For-profit organisation")
    IssuingAuthority.objects.create(
        code="de-cr", name="Handelsregister", country_code="DE", schemes=["de.handelsregisternummer"]
    )
    IssuingAuthority.objects.create(code="gb-coh", name="Companies House", country_code="GB", schemes=[])


def errors(step: str, **changes: Any) -> dict[str, list[str]]:
    """What a step says of its values with some of them replaced."""
    values = typed(**changes)
    form = FORMS[step](values, asked=asked_by(values, DAY))
    form.is_valid()
    return {name: [str(each) for each in found] for name, found in form.errors.items()}


@pytest.mark.parametrize("step", sorted(STEPS))
def test_a_filled_step_has_no_error(step: str) -> None:
    assert errors(step) == {}


REQUIRED = {
    "countries": ["countries"],
    "business": ["role", "name", "country", "organisation_type", "tax_number"],
    "privacy": ["dpo_required", "iso_27001", "privacy_policy_url", "privacy_email"],
    "address": ["street", "city", "region", "postal_code", "address_country"],
    "resale": ["resells"],
    "vetting": ["consent"],
}
OPTIONAL = {
    "business": ["registration_id", "trading_name", "issuing_authority"],
    "privacy": ["equivalent_certificate", "dpo_email"],
    "address": ["street_more"],
}


@pytest.mark.parametrize(("step", "name"), [(step, name) for step in REQUIRED for name in REQUIRED[step]])
def test_a_required_field_is_asked_for_at_its_place(step: str, name: str) -> None:
    assert list(errors(step, **{name: ""})) == [name]


@pytest.mark.parametrize(("step", "name"), [(step, name) for step in OPTIONAL for name in OPTIONAL[step]])
def test_an_optional_field_may_stay_empty(step: str, name: str) -> None:
    assert errors(step, **{name: ""}) == {}


@pytest.mark.parametrize(
    ("step", "name"),
    [("privacy", "dpo_required"), ("privacy", "iso_27001"), ("resale", "resells"), ("vetting", "consent")],
)
def test_a_yes_or_no_has_no_default(step: str, name: str) -> None:
    form = FORMS[step](asked=Asked(("ES",), None, DAY))
    assert "checked" not in str(form[name])
    assert form[name].value() is None


def test_a_country_nobody_offers_cannot_be_chosen() -> None:
    assert list(errors("countries", countries=["FR"])) == ["countries"]


def test_another_authority_is_specified() -> None:
    assert list(errors("business", issuing_authority="other")) == ["issuing_authority_other"]
    assert errors("business", issuing_authority="other", issuing_authority_other="Hall of Records") == {}


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"country": "DE", "tax_number": "DE136695976"}, False),
        ({"country": "DE", "tax_number": "nonsense"}, True),
        ({"country": "US", "tax_number": "04-2103594"}, False),
        ({"country": "GB", "tax_number": "GB980780684"}, False),
        ({"country": "GB", "tax_number": "XX"}, True),
        ({"country": "AX", "tax_number": "whatever it is"}, False),
    ],
)
def test_a_tax_number_is_wrong_only_if_every_scheme_of_its_country_refuses_it(
    values: dict[str, str], wrong: bool
) -> None:
    assert (list(errors("business", **values)) == ["tax_number"]) is wrong


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"registration_id": "Aachen HRA 11223", "issuing_authority": "de-cr"}, False),
        ({"registration_id": "no such thing", "issuing_authority": "de-cr"}, True),
        ({"registration_id": "no such thing"}, True),
        ({"registration_id": "no such thing", "issuing_authority": "gb-coh"}, False),
        (
            {
                "registration_id": "no such thing",
                "issuing_authority": "other",
                "issuing_authority_other": "Hall",
            },
            False,
        ),
        ({"registration_id": "01234567", "country": "GB", "tax_number": "GB980780684"}, False),
    ],
)
def test_a_registration_id_is_wrong_only_if_what_issues_it_is_known(
    values: dict[str, str], wrong: bool
) -> None:
    assert (list(errors("business", **values)) == ["registration_id"]) is wrong


def test_a_number_nobody_can_check_is_a_hint() -> None:
    found = hints({"tax_number": "1", "country": "AX", "registration_id": "2", "issuing_authority": "gb-coh"})
    assert [hint.field for hint in found] == ["tax_number", "registration_id"]
    assert hints(typed()) == []


def test_schemes_are_asked_together() -> None:
    assert verdict("DE136695976", ["de.vat", "de.stnr"]) == Verdict.FITS
    assert verdict("x", ["de.vat", "de.stnr"]) == Verdict.REFUSED
    assert verdict("x", []) == Verdict.UNKNOWN
    assert verdict("x", ["zz.vat"]) == Verdict.UNKNOWN
    assert "in_.pan" in schemes_of_country("IN")


@pytest.mark.parametrize(
    "url",
    [
        "not an address",
        "https://localhost/p",
        "https://10.0.0.1/p",
        "ftp://acme.com",
        "https://a:b@acme.com/",
    ],
)
def test_a_policy_only_some_can_open_is_an_error(url: str) -> None:
    assert list(errors("privacy", privacy_policy_url=url)) == ["privacy_policy_url"]


def test_a_policy_at_an_http_address_passes_with_a_hint() -> None:
    assert errors("privacy", privacy_policy_url="http://acme.com/privacy") == {}
    assert [hint.field for hint in hints(typed(privacy_policy_url="http://acme.com/privacy"))] == [
        "privacy_policy_url"
    ]


@pytest.mark.parametrize(
    ("step", "values"),
    [
        ("privacy", {"dpo_required": "false", "dpo_email": "half an address"}),
        ("privacy", {"iso_27001": "true", "equivalent_certificate": "x" * 101}),
        ("resale", {"resells": "false", "sub_1_name": "Cloud Host", "sub_1_country": "?"}),
        ("vetting", {"consent": "false", "contact_email": "half an address"}),
    ],
)
def test_what_the_other_answer_asked_for_is_not_complained_of(step: str, values: dict[str, str]) -> None:
    assert errors(step, **values) == {}


def registration(**changes: Any) -> Any:
    values = typed(**changes)
    checked = check(values, asked_by(values, DAY))
    assert checked.unfinished == {}, {key: form.errors for key, form in checked.unfinished.items()}
    return checked.registration


def test_an_equivalent_certificate_belongs_to_a_no() -> None:
    kept = registration(iso_27001="false", equivalent_certificate="SOC 2").values
    assert (kept["iso_27001"], kept["equivalent_certificate"]) == (False, "SOC 2")
    assert registration(iso_27001="false").values["equivalent_certificate"] == ""
    assert (
        registration(iso_27001="true", equivalent_certificate="SOC 2").values["equivalent_certificate"] == ""
    )


def test_the_officers_address_belongs_to_a_yes_and_may_stay_empty() -> None:
    assert registration(dpo_required="true").personal["dpo_email"] == ""
    assert registration(dpo_required="true", dpo_email="dpo@acme.example").personal["dpo_email"]
    assert registration(dpo_required="false", dpo_email="dpo@acme.example").personal["dpo_email"] == ""


def test_an_empty_address_of_the_officer_reads_as_the_privacy_managers() -> None:
    def said(**changes: Any) -> list[str]:
        return [row.text for row in shown(registration(**changes)) if row.name == "dpo_email"]

    assert said(dpo_required="true") == ["the Privacy Manager's"]
    assert said(dpo_required="true", dpo_email="dpo@acme.example") == ["dpo@acme.example"]
    assert said(dpo_required="false") == []


def test_addresses_of_people_stand_apart() -> None:
    found = registration()
    assert found.personal == {"dpo_email": "", "privacy_email": "privacy@acme.example"}
    assert "privacy_email" not in found.values
    assert found.countries == ("DE",)


def test_reselling_says_how_data_is_processed() -> None:
    assert list(errors("resale", resells="true")) == ["processing"]


def test_a_subprocessor_is_filled_in_whole() -> None:
    half = {"sub_1_name": "Cloud Host", "sub_1_country": "DE"}
    found = errors("resale", resells="true", processing="We pass it on.", **half)
    assert sorted(found) == ["sub_1_data", "sub_1_role"]


def test_subprocessors_are_forgotten_with_a_no() -> None:
    row = {f"sub_1_{part}": "DE" for part in ("name", "country", "role", "data")}
    kept = registration(**row, processing="We pass it on.").values
    assert (kept["resells"], kept["processing"], kept["subprocessors"]) == (False, "", [])


def test_vetting_is_a_step_only_where_a_chosen_operator_requires_it() -> None:
    assert "vetting" not in steps_for(asked_by({"countries": ["DE"]}, DAY))
    assert "vetting" in steps_for(asked_by({"countries": ["DE", "ES"]}, DAY))
    assert registration().consent is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("+1 555 0123", "The area code is missing."),
        ("+1 201 555 0123 ext. 5", "Leave the extension out: it cannot be sent."),
        ("+1 201 555 01234", "A number with this many digits does not exist in its country."),
        ("030 123456", "Write the number with its country code, such as +49 30 123456."),
    ],
)
def test_phone_that_nobody_could_call_is_said_at_its_field(typed: str, said: str) -> None:
    assert errors("vetting", **{**CONSENT, "contact_phone": typed})["contact_phone"] == [said]


@pytest.mark.parametrize("name", ["contact_name", "contact_phone", "contact_email"])
def test_consent_names_a_contact(name: str) -> None:
    assert list(errors("vetting", **{**CONSENT, name: ""})) == [name]
    assert errors("vetting", **CONSENT) == {}


def test_a_contacts_number_has_its_country_code() -> None:
    assert list(errors("vetting", **{**CONSENT, "contact_phone": "030 123456"})) == ["contact_phone"]
    found = registration(countries=["ES"], **CONSENT)
    assert (found.consent, found.contact["contact_phone"]) == (True, "+4930123456")


def test_declining_keeps_no_contact() -> None:
    found = registration(countries=["ES"], **{**CONSENT, "consent": "false"})
    assert (found.consent, found.contact) == (False, {})


def ask(code: str, **fields: Any) -> Requirement:
    values = {
        "name": "Commercial name",
        "text": "Which?",
        "level": "business",
        "answer_type": "text",
        **fields,
    }
    return Requirement.objects.create(code=code, **values)


def test_a_requirement_is_asked_only_where_it_applies() -> None:
    ask("de-name", country=make_country("DE"))
    ask("de-over", country=make_country("DE"), text="Over?", ends_on=date(2026, 1, 1))
    ask("de-later", country=make_country("DE"), text="Later?", starts_on=date(2027, 1, 1))
    ask("de-app", country=make_country("DE"), text="App?", level="application")
    strict = asked_by({"countries": ["ES"]}, DAY).vetted[0]
    ask("es-terms", operator=strict, text="Terms?", answer_type="terms", terms_id="t", terms_version="1")

    def codes(*countries: str, consent: str = "") -> list[tuple[str, ...]]:
        return [each.codes for each in asked_by({"countries": countries, "consent": consent}, DAY).questions]

    assert codes("DE") == [("de-name",)]
    assert codes("ES") == [("es-terms",)]
    assert codes("ES", consent="false") == []
    assert "questions" not in steps_for(asked_by({"countries": ["ES"], "consent": "false"}, DAY))


def test_the_same_question_of_two_countries_is_asked_once_and_answered_for_both() -> None:
    ask("de-name", country=make_country("DE"))
    ask("es-name", country=make_country("ES"))
    [question] = asked_by({"countries": ["DE", "ES"]}, DAY).questions
    assert question.codes == ("de-name", "es-name")
    found = registration(countries=["DE", "ES"], **CONSENT, **{question.field: "Acme"})
    assert found.answers == {"de-name": "Acme", "es-name": "Acme"}


def test_a_personal_answer_stands_apart() -> None:
    ask("de-contact", country=make_country("DE"), answer_type="email", is_personal=True)
    found = registration(ask_de_contact="rights@acme.example")
    assert (found.answers, found.personal_answers) == ({}, {"de-contact": "rights@acme.example"})


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        ({}, {}, True),
        ({"features": ["sim-swap"]}, {"features": ["sim-swap", "other"]}, True),
        ({"features": ["sim-swap"]}, {"features": ["other"]}, False),
        ({"features": ["sim-swap"]}, {}, False),
        ({"end_users_in_eu": True}, {"end_users_in_eu": True}, True),
        ({"end_users_in_eu": True}, {"end_users_in_eu": False}, False),
        ({"end_users_in_eu": True, "features": ["a"]}, {"end_users_in_eu": True, "features": []}, False),
    ],
)
def test_a_condition_holds_when_all_of_it_does(
    condition: dict[str, Any], facts: dict[str, Any], expected: bool
) -> None:
    assert applies(condition, facts) is expected
