"""The one scoping rule: which account, which clients, which capabilities."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.accounts.context import scope_for
from portal.accounts.enums import CAPABILITIES, Capability, Role
from portal.accounts.models import Client
from tests.builders import make_client, make_membership, make_scope
from tests.people import People

pytestmark = pytest.mark.django_db


def test_roles_are_a_ladder_of_capabilities() -> None:
    ladder = [CAPABILITIES[role] for role in (Role.VIEWER, Role.EDITOR, Role.APPROVER, Role.ADMIN)]

    assert all(lower < higher for lower, higher in pairwise(ladder))
    assert CAPABILITIES[Role.ADMIN] == frozenset(Capability)


def test_scope_rows_are_those_of_the_account_and_of_the_covered_clients(people: People) -> None:
    everything = Client.objects.all()

    assert set(people.scope(people.member).rows(everything, "pk")) == {people.client, people.other_client}
    assert set(people.scope(people.limited).rows(everything, "pk")) == {people.other_client}


def test_scope_clients_leave_deactivated_ones_out(people: People) -> None:
    make_client(people.account, "Gone", is_active=False)

    assert list(people.scope(people.member).clients()) == [people.client, people.other_client]


def test_scope_of_a_limited_admin_does_not_manage_the_account(people: People) -> None:
    scope = people.scope(people.limited)

    assert scope.can(Capability.SUBMIT_PAID)
    assert not scope.can(Capability.MANAGE_MEMBERS)
    assert not scope.can(Capability.MANAGE_KEYS)


def test_scope_for_a_stranger_is_not_found(people: People) -> None:
    with pytest.raises(Http404):
        scope_for(people.stranger, people.account.pk)


def test_scope_for_a_removed_member_is_not_found(people: People) -> None:
    people.member.memberships.update(is_active=False)

    with pytest.raises(Http404):
        scope_for(people.member, people.account.pk)


def test_scope_for_a_closed_account_is_not_found(people: People) -> None:
    people.account.is_active = False
    people.account.save()

    with pytest.raises(Http404):
        scope_for(people.member, people.account.pk)


def test_scope_require_refuses_in_words() -> None:
    scope = make_scope(make_membership(role=Role.EDITOR))

    scope.require(Capability.PREPARE)
    with pytest.raises(PermissionDenied, match="role"):
        scope.require(Capability.SUBMIT_PAID)
