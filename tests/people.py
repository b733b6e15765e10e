"""The four people of every access test: a member, one with too small a role, one limited elsewhere, a stranger."""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client as Browser

from portal.accounts.enums import Role
from portal.accounts.models import Account, Client, User
from portal.accounts.scope import Scope, scope_of
from tests.builders import make_account, make_client, make_membership, self_client


@dataclass(frozen=True)
class People:
    """`member` may do everything in `account`, `small` only looks, `limited` works for `other_client` alone.

    Objects under test belong to `client`. `stranger` is an admin of another account.
    """

    account: Account
    client: Client
    other_client: Client
    member: User
    small: User
    limited: User
    stranger: User
    stranger_account: Account

    def scope(self, user: User, account: Account | None = None) -> Scope:
        return scope_of(
            user.memberships.select_related("account", "user").get(account=account or self.account)
        )


def make_people(role: str = Role.ADMIN, small_role: str = Role.VIEWER) -> People:
    account, elsewhere = make_account("Acme Messaging"), make_account("Somebody Else")
    other = make_client(account, "Zebra Shoes")
    return People(
        account=account,
        client=self_client(account),
        other_client=other,
        member=make_membership(account=account, role=role).user,
        small=make_membership(account=account, role=small_role).user,
        limited=make_membership(account=account, role=role, clients=[other]).user,
        stranger=make_membership(account=elsewhere, role=Role.ADMIN).user,
        stranger_account=elsewhere,
    )


def browser_of(user: User) -> Browser:
    """A signed-in test browser."""
    browser = Browser()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def answers(people: People, path: str) -> dict[str, int]:
    """The status each of the four, and a person who is not signed in, gets for a page."""
    found = {
        name: browser_of(getattr(people, name)).get(path).status_code
        for name in ("member", "small", "limited", "stranger")
    }
    return {**found, "nobody": Browser().get(path).status_code}
