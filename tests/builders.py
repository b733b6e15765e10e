"""Plain functions that make rows for tests; every argument has a sensible default, nothing is random."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings

from portal.accounts.actions import IssuedToken, issue_access_token
from portal.accounts.enums import Role
from portal.accounts.models import Account, ApiKey, Client, Membership, MembershipClient, User
from portal.accounts.scope import Scope, scope_of

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


def make_user(email: str = "", *, password: str = PASSWORD, verified: bool = True, **fields: Any) -> User:
    """A user with a verified address; `is_staff=True` for support."""
    number = next(_numbers)
    user = User.objects.create_user(
        email or f"person{number}@example.com", password, **{"name": f"Person {number}", **fields}
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    return user


def make_account(name: str = "", **fields: Any) -> Account:
    """An account with the client that is itself."""
    account = Account.objects.create(name=name or f"Account {next(_numbers)}", **fields)
    Client.objects.create(account=account, name=account.name, is_self=True)
    return account


def self_client(account: Account) -> Client:
    return Client.objects.get(account=account, is_self=True)


def make_client(account: Account | None = None, name: str = "", **fields: Any) -> Client:
    """A client business beside the account itself."""
    return Client.objects.create(
        account=account or make_account(), name=name or f"Client {next(_numbers)}", **fields
    )


def make_membership(
    user: User | None = None,
    account: Account | None = None,
    *,
    role: str = Role.ADMIN,
    clients: Iterable[Client] | None = None,
    **fields: Any,
) -> Membership:
    """A place in an account; `clients` limits it to a list, None means all."""
    membership = Membership.objects.create(
        user=user or make_user(),
        account=account or make_account(),
        role=role,
        all_clients=clients is None,
        **fields,
    )
    for client in clients or ():
        MembershipClient.objects.create(account=membership.account, membership=membership, client=client)
    return membership


def make_scope(membership: Membership | None = None, **fields: Any) -> Scope:
    """The scope of a membership, made with `fields` when none is given."""
    return scope_of(membership or make_membership(**fields))


def make_api_key(account: Account | None = None, key: str = "", **fields: Any) -> ApiKey:
    """A usable Vonage key for the host the tests call."""
    return ApiKey.objects.create(
        account=account or make_account(),
        key=key or f"key{next(_numbers):05d}",
        **{"secret": "s3cret-of-the-key", "label": "Main", "host": settings.VONAGE_API_URL, **fields},
    )


def make_access_token(account: Account, user: User, label: str = "Forwarder") -> IssuedToken:
    """A token in use, with its text; `user` is an admin of the account."""
    membership = Membership.objects.select_related("account", "user").get(account=account, user=user)
    form = f"form{next(_numbers)}"
    return issue_access_token(scope_of(membership), label=label, form_token=form, actor=user)
