"""Changing and removing members; the last admin stays."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from portal.accounts import actions
from portal.accounts.enums import Role
from portal.accounts.models import Membership
from portal.accounts.problems import AdminNeedsAllClients, LastAdmin, NoClients
from portal.history.models import AuditEntry
from tests.builders import make_client, make_membership, make_scope
from tests.people import People, browser_of

pytestmark = pytest.mark.django_db


def place(user: object, account: object) -> Membership:
    return Membership.objects.get(user=user, account=account)  # type: ignore[misc]


def test_change_member_sets_role_and_clients_and_is_on_record(people: People) -> None:
    member = place(people.small, people.account)

    actions.change_member(
        people.scope(people.member),
        member,
        role=Role.EDITOR,
        clients=[people.other_client],
        actor=people.member,
    )

    member = place(people.small, people.account)
    assert (member.role, member.all_clients, list(member.clients.all())) == (
        "editor",
        False,
        [people.other_client],
    )
    entry = AuditEntry.objects.get(action="member.changed")
    assert entry.before == {"role": "viewer", "clients": "all"}
    assert entry.after == {"role": "editor", "clients": ["Zebra Shoes"]}
    assert entry.actor == people.member


def test_change_member_refuses_to_demote_the_last_admin_and_changes_nothing(people: People) -> None:
    member = place(people.member, people.account)

    with pytest.raises(LastAdmin):
        actions.change_member(
            people.scope(people.member), member, role=Role.EDITOR, clients=None, actor=people.member
        )

    assert place(people.member, people.account).role == Role.ADMIN
    assert not AuditEntry.objects.filter(action="member.changed").exists()


def test_remove_member_refuses_to_remove_the_last_admin(people: People) -> None:
    # `limited` has the role as well, but not over all clients: nobody would be left to manage the account.
    with pytest.raises(LastAdmin):
        actions.remove_member(
            people.scope(people.member), place(people.member, people.account), actor=people.member
        )

    assert place(people.member, people.account).is_active


def test_remove_member_lets_an_admin_go_while_another_stays(people: People) -> None:
    make_membership(account=people.account, role=Role.ADMIN)

    actions.remove_member(
        people.scope(people.member), place(people.member, people.account), actor=people.member
    )

    assert not place(people.member, people.account).is_active


def test_remove_member_does_not_count_an_admin_whose_sign_in_is_deactivated(people: People) -> None:
    other = make_membership(account=people.account, role=Role.ADMIN)
    other.user.is_active = False
    other.user.save()

    with pytest.raises(LastAdmin):
        actions.remove_member(
            people.scope(people.member), place(people.member, people.account), actor=people.member
        )


def test_change_member_refuses_an_admin_limited_to_clients(people: People) -> None:
    with pytest.raises(AdminNeedsAllClients):
        actions.change_member(
            people.scope(people.member),
            place(people.small, people.account),
            role=Role.ADMIN,
            clients=[people.client],
            actor=people.member,
        )


def test_change_member_refuses_an_empty_list_of_clients(people: People) -> None:
    with pytest.raises(NoClients):
        actions.change_member(
            people.scope(people.member),
            place(people.small, people.account),
            role=Role.EDITOR,
            clients=[],
            actor=people.member,
        )


@pytest.mark.parametrize("who", ["small", "limited"])
def test_managing_members_is_refused_without_the_capability(people: People, who: str) -> None:
    person = getattr(people, who)
    scope = people.scope(person)

    with pytest.raises(PermissionDenied):
        actions.remove_member(scope, place(people.member, people.account), actor=person)
    with pytest.raises(PermissionDenied):
        actions.change_member(
            scope, place(person, people.account), role=Role.ADMIN, clients=None, actor=person
        )


def test_member_page_tells_that_the_last_admin_stays(people: People) -> None:
    path = reverse("account:member_edit", args=[people.account.pk, place(people.member, people.account).pk])

    answer = browser_of(people.member).post(path, {"role": "viewer", "all_clients": "on"})

    assert "at least one admin" in answer.content.decode()
    assert place(people.member, people.account).role == Role.ADMIN


def test_removing_a_member_on_the_page_ends_their_access_at_once(people: People) -> None:
    path = reverse("account:member_remove", args=[people.account.pk, place(people.small, people.account).pk])
    theirs = browser_of(people.small)
    home = reverse("account:members", args=[people.account.pk])
    before = theirs.get(home).status_code

    browser_of(people.member).post(path)

    assert (before, theirs.get(home).status_code) == (200, 404)


def test_client_choice_is_hidden_while_there_is_only_one_client() -> None:
    scope = make_scope()
    path = reverse("account:member_invite", args=[scope.account.pk])

    one = browser_of(scope.user).get(path).context["form"]
    make_client(scope.account)
    two = browser_of(scope.user).get(path).context["form"]

    assert "clients" not in one.fields
    assert "clients" in two.fields


def test_changing_the_role_of_a_limited_member_never_widens_their_view() -> None:
    """Their only client is deactivated and one is left, so a form without the choice would mean "all"."""
    scope = make_scope()
    gone = make_client(scope.account, "Gone")
    member = make_membership(account=scope.account, role=Role.VIEWER, clients=[gone])
    gone.is_active = False
    gone.save()
    path = reverse("account:member_edit", args=[scope.account.pk, member.pk])

    browser_of(scope.user).post(path, {"role": "editor", "clients": [gone.pk]})

    member.refresh_from_db()
    assert (member.role, member.all_clients, list(member.clients.all())) == ("editor", False, [gone])
