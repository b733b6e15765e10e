"""Reading people, clients and keys; what belongs to an account is read through a scope."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone

from portal.accounts.models import AccessToken, ApiKey, Client, Invitation, Membership, User
from portal.accounts.scope import Scope


@dataclass(frozen=True)
class Coverage:
    """Whose work somebody does, as far as the reader may know: names, and how many more there are."""

    everything: bool
    names: tuple[str, ...] = ()
    hidden: int = 0


@dataclass(frozen=True)
class MemberRow:
    membership: Membership
    coverage: Coverage


@dataclass(frozen=True)
class InvitationRow:
    invitation: Invitation
    coverage: Coverage
    expired: bool


def members(scope: Scope) -> models.QuerySet[Membership]:
    """The active members of the account."""
    rows = Membership.objects.filter(account=scope.account, is_active=True)
    return rows.select_related("user", "account").prefetch_related("clients").order_by("user__email")


def members_covering(scope: Scope, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """The ids of the users who see every one of these rows, whichever client's they are."""
    clients = set(rows.order_by().values_list("client", flat=True).distinct())
    reached = Membership.objects.filter(account=scope.account, is_active=True)
    for client in clients:
        reached = reached.filter(models.Q(all_clients=True) | models.Q(clients=client))
    return reached.values("user")


def member_rows(scope: Scope) -> list[MemberRow]:
    """Members with what they cover; a reader never learns the name of a client of others."""
    known = _known_names(scope)
    return [
        MemberRow(
            member, _coverage(member.all_clients, (client.pk for client in member.clients.all()), known)
        )
        for member in members(scope)
    ]


def open_invitations(scope: Scope) -> models.QuerySet[Invitation]:
    """Invitations neither accepted nor taken back, expired ones included."""
    rows = Invitation.objects.filter(account=scope.account, accepted_at=None, revoked_at=None)
    return rows.select_related("invited_by", "account").order_by("email")


def invitation_rows(scope: Scope) -> list[InvitationRow]:
    known, now = _known_names(scope), timezone.now()
    return [
        InvitationRow(each, _coverage(each.all_clients, each.client_ids, known), each.expires_at <= now)
        for each in open_invitations(scope)
    ]


def clients(scope: Scope) -> models.QuerySet[Client]:
    """The clients a person works for, deactivated ones last."""
    return scope.rows(Client.objects.all(), client="pk").order_by("-is_active", "-is_self", "name")


def api_keys(scope: Scope) -> models.QuerySet[ApiKey]:
    """The account's Vonage keys, deactivated ones last; keys belong to the whole account."""
    return ApiKey.objects.filter(account=scope.account).order_by("-is_active", "label", "key")


def usable_api_keys(scope: Scope, host: str) -> models.QuerySet[ApiKey]:
    """Keys something can be sent with through the host this installation calls."""
    return api_keys(scope).filter(is_active=True, host=host).exclude(secret="")


def access_tokens(scope: Scope) -> models.QuerySet[AccessToken]:
    """The account's tokens, those in use first, then the newest."""
    rows = AccessToken.objects.filter(account=scope.account).select_related("account", "created_by")
    return rows.order_by(models.F("revoked_at").desc(nulls_first=True), "-id")


def token_in_use(token: str) -> AccessToken | None:
    """The access token behind what a program sent; None for one that was revoked or never was."""
    rows = AccessToken.objects.filter(token_hash=token_hash(token), revoked_at=None, account__is_active=True)
    return rows.first()


def places_of(user: User) -> models.QuerySet[Membership]:
    """The accounts a person may enter; the one list that has a user and no scope yet."""
    rows = Membership.objects.filter(user=user, is_active=True, account__is_active=True)
    return rows.select_related("account").order_by("account__name", "pk")


def invitation_behind(token: str) -> Invitation | None:
    """The invitation a link leads to, in whatever state it is."""
    rows = Invitation.objects.select_related("account", "invited_by")
    return rows.filter(token_hash=token_hash(token)).first()


def token_hash(token: str) -> str:
    """What is stored of a token: it has 256 random bits, so a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def _known_names(scope: Scope) -> dict[int, str]:
    return dict(scope.rows(Client.objects.all(), client="pk").values_list("pk", "name"))


def _coverage(everything: bool, ids: Iterable[int], known: dict[int, str]) -> Coverage:
    if everything:
        return Coverage(everything=True)
    ids = list(ids)
    names = sorted(known[pk] for pk in ids if pk in known)
    return Coverage(everything=False, names=tuple(names), hidden=len(ids) - len(names))
