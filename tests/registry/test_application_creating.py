"""The form of a new application: what it asks, what it refuses, and one click one application."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.test import Client as Browser

from portal.accounts.models import ApiKey
from portal.outbox.models import Operation
from registry.enums import Access
from registry.models import NetworkApplication
from tests.builders import make_api_key
from tests.people import People
from tests.registry.application_pages import PUBLIC, api_key, fields, member, new_path, page, path_of
from tests.registry.network_builders import (
    accepted_profile,
    make_feature,
    make_profile,
)

__all__ = ["api_key", "member"]
pytestmark = pytest.mark.django_db


PRIVATE = (
    rsa.generate_private_key(public_exponent=65537, key_size=2048)
    .private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    .decode()
)


# --- Creating ------------------------------------------------------------------------------------


def test_form_asks_in_the_order_of_the_dashboard(people: People, member: Browser, api_key: ApiKey) -> None:
    shown = page(member.get(new_path(people)))

    places = [
        shown.index(f'id="section-{name}"')
        for name in ("name", "authentication", "key", "privacy", "capabilities")
    ]
    assert places == sorted(places)
    for words in (
        "Create a new application",
        "Generate public and private key",
        "Artificial intelligence",
        "Network Registry",
        "Playground",
        "Production",
    ):
        assert words in shown
    form = member.get(new_path(people)).context["form"]
    assert (form["improve_ai"].value(), form["network_registry"].value()) == (None, None)


def test_created_application_is_shown_on_its_way(people: People, member: Browser, api_key: ApiKey) -> None:
    answer = member.post(new_path(people), fields(api_key, people), follow=True)

    row = NetworkApplication.objects.get()
    operation = Operation.objects.get()
    assert answer.redirect_chain == [(path_of(row), 302)]
    assert 'hx-trigger="every 3s"' in page(answer)
    assert (row.state, row.access, row.client) == ("submitting", "playground", people.client)
    assert operation.payload == {
        "name": "Login",
        "public_key": PUBLIC,
        "improve_ai": False,
        "access": "playground",
        "application_profile": None,
        "redirect_uri": "",
        "keeps_link": False,
    }


def test_second_click_finds_the_first_one_s_application(
    people: People, member: Browser, api_key: ApiKey
) -> None:
    for _ in range(2):
        member.post(new_path(people), fields(api_key, people))

    assert (NetworkApplication.objects.count(), Operation.objects.count()) == (1, 1)


def test_same_public_key_on_its_way_is_named(people: People, member: Browser, api_key: ApiKey) -> None:
    member.post(new_path(people), fields(api_key, people))
    answer = member.post(new_path(people), fields(api_key, people, form_token="another"))

    assert f"Operation {Operation.objects.get().code} does the same already." in page(answer)
    assert NetworkApplication.objects.count() == 1


def test_application_without_network_features_has_no_access(
    people: People, member: Browser, api_key: ApiKey
) -> None:
    member.post(new_path(people), fields(api_key, people, network_registry=None, improve_ai="on"))

    assert NetworkApplication.objects.get().access == ""
    assert Operation.objects.get().payload["improve_ai"] is True


def test_pasted_private_key_is_refused_and_nothing_of_it_shown_or_kept(
    people: People, member: Browser, api_key: ApiKey
) -> None:
    answer = member.post(new_path(people), fields(api_key, people, public_key=PRIVATE))

    shown = page(answer)
    assert "This is a private key. Nothing of it was kept." in shown
    assert PRIVATE.splitlines()[1] not in answer.content.decode()
    assert 'value="Login"' in shown
    assert not Operation.objects.exists()


def _short() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()


def _of_another_kind() -> str:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()


@pytest.mark.parametrize(
    ("public_key", "said"),
    [
        ("", "This field is required."),
        ("abc", "This is no public key in PEM form."),
        (_short(), "at least 2048 bits"),
        (_of_another_kind(), "Applications need an RSA key."),
    ],
    ids=["empty", "no-pem", "short", "another-kind"],
)
def test_unusable_public_key_is_said_at_its_field(
    people: People, member: Browser, api_key: ApiKey, public_key: str, said: str
) -> None:
    answer = member.post(new_path(people), fields(api_key, people, public_key=public_key))

    assert said in str(answer.context["form"].errors["public_key"])
    assert not NetworkApplication.objects.exists()


def test_public_key_is_taken_however_it_is_wrapped(people: People, member: Browser, api_key: ApiKey) -> None:
    wrapped = "\r\n" + PUBLIC.replace("\n", "\r\n") + " "

    member.post(new_path(people), fields(api_key, people, public_key=wrapped))

    assert Operation.objects.get().payload["public_key"] == PUBLIC


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"access": None}, "access"),
        ({"access": Access.PRODUCTION}, "application_profile"),
        ({"access": "elsewhere"}, "access"),
        ({"redirect_uri": "not an address"}, "redirect_uri"),
        ({"api_key": 0}, "api_key"),
    ],
)
def test_missing_answer_is_said_at_its_field(
    people: People, member: Browser, api_key: ApiKey, changes: dict[str, Any], field: str
) -> None:
    answer = member.post(new_path(people), fields(api_key, people, **changes))

    assert list(answer.context["form"].errors) == [field]


def test_production_offers_accepted_profiles_under_their_business_profile(
    people: People, member: Browser, api_key: ApiKey
) -> None:
    accepted = accepted_profile(people.account, api_key, name="Accepted")
    make_profile(people.account, api_key, name="Undecided")
    accepted_profile(people.stranger_account, name="Of strangers")

    shown = page(member.get(new_path(people)))

    assert f'<optgroup label="{accepted.business_profile}"> <option value="{accepted.pk}">Accepted' in shown
    assert "Undecided" not in shown
    assert "Of strangers" not in shown


def test_what_stands_in_the_way_of_production_is_said_at_its_field(
    people: People, member: Browser, api_key: ApiKey
) -> None:
    feature = make_feature("with-redirect", needs_redirect_uri=True)
    profile = accepted_profile(people.account, api_key, features=(feature,))
    production = {"access": Access.PRODUCTION, "application_profile": profile.pk}

    other = make_api_key(people.account)
    unassigned = member.post(new_path(people), fields(other, people, **production))
    nowhere = member.post(new_path(people), fields(api_key, people, **production))
    good = member.post(
        new_path(people), fields(api_key, people, redirect_uri="https://a.example/cb", **production)
    )

    assert "not assigned" in str(unassigned.context["form"].errors["application_profile"])
    assert list(nowhere.context["form"].errors) == ["redirect_uri"]
    assert good.status_code == 302
