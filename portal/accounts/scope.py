"""The one scoping rule: which account, which of its clients, and what may be done there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _

from portal.accounts.enums import ACCOUNT_WIDE, Capability
from portal.accounts.models import Account, Client, Membership, User

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Scope:
    """What a person may see and do in one account; `client_ids` None means all clients."""

    account: Account
    user: User
    membership: Membership
    capabilities: frozenset[Capability]
    client_ids: frozenset[int] | None = None

    def rows(self, queryset: models.QuerySet[Row], client: str = "client_id") -> models.QuerySet[Row]:
        """The rows of this account, and of the covered clients, of a table that carries both."""
        queryset = queryset.filter(account=self.account)
        if self.client_ids is not None:
            queryset = queryset.filter(**{f"{client}__in": self.client_ids})
        return queryset

    def clients(self) -> models.QuerySet[Client]:
        """The active clients this person works for."""
        return self.rows(Client.objects.filter(is_active=True), client="pk").order_by("-is_self", "name")

    def can(self, capability: Capability) -> bool:
        return capability in self.capabilities

    def require(self, capability: Capability) -> None:
        """Raises PermissionDenied, in words, without the capability."""
        if capability not in self.capabilities:
            raise PermissionDenied(
                _("Your role in this account does not allow this. An admin can change it.")
            )


def scope_of(membership: Membership) -> Scope:
    """The scope an active membership gives; what concerns the whole account needs all clients."""
    covered = None if membership.all_clients else frozenset(membership.clients.values_list("pk", flat=True))
    return Scope(
        account=membership.account,
        user=membership.user,
        membership=membership,
        capabilities=membership.capabilities - (frozenset() if covered is None else ACCOUNT_WIDE),
        client_ids=covered,
    )
