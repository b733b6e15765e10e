"""Who gets which page of an account's settings: the four people, and somebody who is not signed in."""

from __future__ import annotations

import pytest
from django.test import Client as Browser
from django.urls import reverse

from portal.accounts.enums import Role
from portal.accounts.models import Invitation
from tests.builders import make_account, make_api_key, make_client, make_membership, make_scope, make_user
from tests.people import People, answers, browser_of

pytestmark = pytest.mark.django_db
EVERYONE = {"member": 200, "small": 200, "limited": 200, "stranger": 404, "nobody": 302}
ADMINS = {"member": 200, "small": 403, "limited": 403, "stranger": 404, "nobody": 302}


@pytest.mark.parametrize("name", ["members", "clients", "keys"])
def test_list_is_for_every_member(people: People, name: str) -> None:
    assert answers(people, reverse(f"account:{name}", args=[people.account.pk])) == EVERYONE


@pytest.mark.parametrize("name", ["member_invite", "client_new", "key_new"])
def test_form_for_new_things_is_for_admins_of_all_clients(people: People, name: str) -> None:
    assert answers(people, reverse(f"account:{name}", args=[people.account.pk])) == ADMINS


@pytest.mark.parametrize(
    "name", ["member_edit", "member_remove", "client_edit", "client_deactivate", "key_edit", "key_deactivate"]
)
def test_page_about_one_thing_is_for_admins_of_all_clients(people: People, name: str) -> None:
    ids = {
        "member": people.small.memberships.get().pk,
        "client": people.other_client.pk,
        "key": make_api_key(people.account).pk,
    }
    path = reverse(f"account:{name}", args=[people.account.pk, ids[name.partition("_")[0]]])

    assert answers(people, path) == ADMINS


def test_key_state_is_for_every_member(people: People) -> None:
    key = make_api_key(people.account)

    assert answers(people, reverse("account:key_state", args=[people.account.pk, key.pk])) == EVERYONE


@pytest.mark.parametrize("name", ["client_activate", "key_activate"])
def test_activating_needs_a_post_by_an_admin(people: People, name: str) -> None:
    ids = {"client": people.other_client.pk, "key": make_api_key(people.account).pk}
    path = reverse(f"account:{name}", args=[people.account.pk, ids[name.partition("_")[0]]])

    assert browser_of(people.member).get(path).status_code == 405
    assert browser_of(people.small).post(path).status_code == 403
    assert browser_of(people.stranger).post(path).status_code == 404
    assert browser_of(people.member).post(path).status_code == 302


def test_things_of_another_account_are_not_found(people: People) -> None:
    foreign = {
        "member_edit": make_membership().pk,
        "member_remove": make_membership().pk,
        "client_edit": make_client().pk,
        "client_deactivate": make_client().pk,
        "key_edit": make_api_key().pk,
        "key_state": make_api_key().pk,
    }
    browser = browser_of(people.member)

    found = {
        page: browser.get(reverse(f"account:{page}", args=[people.account.pk, pk]))
        for page, pk in foreign.items()
    }

    assert {page: answer.status_code for page, answer in found.items()} == dict.fromkeys(foreign, 404)


def test_limited_member_learns_no_name_of_other_clients(people: People) -> None:
    secret_client = make_client(people.account, "Secret Sneakers")
    make_membership(account=people.account, role=Role.EDITOR, clients=[secret_client])
    Invitation.objects.create(
        account=people.account,
        email="soon@example.com",
        all_clients=False,
        client_ids=[secret_client.pk],
        token_hash="x",
        expires_at="2100-01-01T00:00Z",
    )
    seen = {"limited": "", "member": ""}
    for who in seen:
        for page in ("members", "clients"):
            answer = browser_of(getattr(people, who)).get(
                reverse(f"account:{page}", args=[people.account.pk])
            )
            seen[who] += answer.content.decode()

    assert "Secret Sneakers" in seen["member"]
    assert "Secret Sneakers" not in seen["limited"]
    assert "you do not work for" in seen["limited"]


def test_only_admins_see_ways_to_change_something(people: People) -> None:
    paths = [reverse(f"account:{page}", args=[people.account.pk]) for page in ("members", "clients", "keys")]
    make_api_key(people.account)

    forms = [browser_of(people.small).get(path).content.decode() for path in paths]

    new = [
        reverse(f"account:{page}", args=[people.account.pk])
        for page in ("member_invite", "client_new", "key_new")
    ]
    assert [link in form for link, form in zip(new, forms, strict=True)] == [False] * 3
    for link, path in zip(new, paths, strict=True):
        assert link in browser_of(people.member).get(path).content.decode()


def test_list_of_members_costs_the_same_for_one_and_for_many(
    people: People, django_assert_num_queries: object
) -> None:
    for _ in range(6):
        make_membership(account=people.account, role=Role.EDITOR, clients=[people.other_client])
    browser = browser_of(people.member)
    path = reverse("account:members", args=[people.account.pk])
    browser.get(path)

    # session, user, membership, members, their clients, known clients twice, invitations, switcher of the shell
    with django_assert_num_queries(9):  # type: ignore[operator]
        browser.get(path)


def test_start_leads_into_the_only_account(people: People) -> None:
    answer = browser_of(people.member).get(reverse("accounts:start"))

    assert answer.url == reverse("desk:home", args=[people.account.pk])  # type: ignore[attr-defined]


def test_start_lists_several_accounts_and_no_closed_ones(people: People) -> None:
    second = make_membership(people.member, make_account("Zeta")).account
    make_membership(people.member, is_active=False)

    answer = browser_of(people.member).get(reverse("accounts:start"))

    assert [place.account for place in answer.context["places"]] == [people.account, second]


def test_start_says_what_somebody_without_account_needs() -> None:
    user = make_user()

    page = browser_of(user).get(reverse("accounts:start")).content.decode()

    assert f"ask an admin there to invite {user.email}" in page


def test_personal_pages_need_a_sign_in() -> None:
    for name in ("accounts:start", "accounts:profile"):
        answer = Browser().get(reverse(name))
        assert answer.url.startswith(reverse("account_login"))  # type: ignore[attr-defined]


def test_profile_saves_name_and_time_zone() -> None:
    user = make_scope().user
    data = {"name": "Ada Byron", "language": "en", "time_zone": "Europe/Berlin"}

    browser_of(user).post(reverse("accounts:profile"), data)

    user.refresh_from_db()
    assert (user.name, user.time_zone) == ("Ada Byron", "Europe/Berlin")


def test_profile_refuses_an_unknown_time_zone_at_its_field() -> None:
    user = make_user()
    data = {"name": "Ada", "language": "en", "time_zone": "Mars/Olympus"}

    answer = browser_of(user).post(reverse("accounts:profile"), data)

    assert "time_zone" in answer.context["form"].errors
    user.refresh_from_db()
    assert user.time_zone == "UTC"


def test_start_leads_staff_without_account_to_the_administration() -> None:
    user = make_user(is_staff=True)

    page = browser_of(user).get(reverse("accounts:start")).content.decode()

    assert "You are staff" in page
    assert f'<a href="{reverse("admin:index")}">Administration</a>.' in page
