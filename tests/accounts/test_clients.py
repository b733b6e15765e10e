"""The businesses an account registers for."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from portal.accounts import actions
from portal.accounts.models import Client
from portal.accounts.problems import NameTaken, SelfClientStays
from portal.history.models import AuditEntry
from tests.people import People, browser_of

pytestmark = pytest.mark.django_db


def test_client_is_added_renamed_and_deactivated_on_record(people: People) -> None:
    browser, account = browser_of(people.member), people.account.pk

    browser.post(reverse("account:client_new", args=[account]), {"name": "Bakery"})
    client = Client.objects.get(name="Bakery")
    browser.post(reverse("account:client_edit", args=[account, client.pk]), {"name": "Bakery & Sons"})
    browser.post(reverse("account:client_deactivate", args=[account, client.pk]))

    client.refresh_from_db()
    assert (client.name, client.is_active, client.is_self) == ("Bakery & Sons", False, False)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "before", "after")) == [
        ("client.added", {}, {"name": "Bakery"}),
        ("client.renamed", {"name": "Bakery"}, {"name": "Bakery & Sons"}),
        ("client.deactivated", {}, {}),
    ]


def test_client_that_is_the_account_itself_stays(people: People) -> None:
    with pytest.raises(SelfClientStays):
        actions.set_client_active(
            people.scope(people.member), people.client, active=False, actor=people.member
        )

    people.client.refresh_from_db()
    assert people.client.is_active


def test_client_name_is_taken_once_in_an_account_and_free_in_another(people: People) -> None:
    with pytest.raises(NameTaken):
        actions.add_client(people.scope(people.member), name="ZEBRA shoes", actor=people.member)

    scope = people.scope(people.stranger, people.stranger_account)
    assert (
        actions.add_client(scope, name="Zebra Shoes", actor=people.stranger).account
        == people.stranger_account
    )


def test_client_keeps_its_own_name_when_saved_unchanged(people: People) -> None:
    path = reverse("account:client_edit", args=[people.account.pk, people.other_client.pk])

    assert browser_of(people.member).post(path, {"name": "Zebra Shoes"}).status_code == 302


def test_client_name_that_is_taken_comes_back_at_its_field(people: People) -> None:
    path = reverse("account:client_new", args=[people.account.pk])

    answer = browser_of(people.member).post(path, {"name": "Zebra Shoes"})

    assert "already a client of this name" in str(answer.context["form"].errors["name"])


@pytest.mark.parametrize("who", ["small", "limited"])
def test_changing_clients_is_refused_without_the_capability(people: People, who: str) -> None:
    person = getattr(people, who)

    with pytest.raises(PermissionDenied):
        actions.add_client(people.scope(person), name="Mine", actor=person)
    with pytest.raises(PermissionDenied):
        actions.rename_client(people.scope(person), people.other_client, name="Mine", actor=person)
    with pytest.raises(PermissionDenied):
        actions.set_client_active(people.scope(person), people.other_client, active=False, actor=person)
