"""After the import of a key: whose brand is whose. A machine proposes, a person confirms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey, Client, User
from portal.accounts.scope import Scope
from portal.history.actions import record
from portal.history.models import AuditEntry
from tendlc.actions.moving import move_brands
from tendlc.models import Brand

NEW: Final = "new"
CLIENT_SET: Final = "brand.client_set"


@dataclass(frozen=True)
class Proposal:
    """Who a brand may belong to, and what speaks for it: "ein", "name", "new" or nothing."""

    brand: Brand
    client: Client | None = None
    why: str = ""

    @property
    def value(self) -> str:
        return NEW if self.why == NEW else str(self.client.pk if self.client else self.brand.client_id)


def propose_clients(scope: Scope, brands: Sequence[Brand]) -> list[Proposal]:
    """For each brand of the account itself the client with its tax number, or its legal name, or a new one."""
    clients = list(Client.objects.filter(account=scope.account, is_active=True).order_by("pk"))
    others = [client for client in clients if not client.is_self]
    by_name = {_plain(client.name): client for client in others}
    by_pk = {client.pk: client for client in others}
    numbers = Brand.objects.filter(account=scope.account, client__in=others).exclude(ein="")
    by_ein = {(ein, land): pk for ein, land, pk in numbers.values_list("ein", "ein_country", "client_id")}
    own = {_plain(client.name) for client in clients if client.is_self}
    return [_propose(brand, by_ein, by_pk, by_name, own) for brand in brands]


def _propose(
    brand: Brand,
    by_ein: Mapping[tuple[str, str], int],
    by_pk: Mapping[int, Client],
    by_name: Mapping[str, Client],
    own: set[str],
) -> Proposal:
    pk = by_ein.get((brand.ein, brand.ein_country))
    if pk is not None:
        return Proposal(brand, by_pk[pk], "ein")
    names = [_plain(brand.company_name), _plain(brand.display_name)]
    named = next((by_name[name] for name in names if name in by_name), None)
    if named is not None:
        return Proposal(brand, named, "name")
    if not names[0] or own & set(names):
        return Proposal(brand)
    return Proposal(brand, None, NEW)


_SUFFIXES: Final = frozenset(
    {"inc", "llc", "ltd", "corp", "co", "corporation", "company", "incorporated", "gmbh"}
)


def _plain(name: str) -> str:
    """A company's name without legal form and punctuation."""
    letters = "".join(sign if sign.isalnum() else " " for sign in name.casefold())
    words = letters.split()
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    return " ".join(words)


@transaction.atomic
def assign_clients(scope: Scope, choices: Mapping[Brand, str], *, actor: User) -> int:
    """Give brands, with all that hangs on them, to clients by id, or to a new one named as the brand's company.

    A brand that stays where it is counts as confirmed and is not asked about again. Returns how many moved.
    Raises AlreadyOpen while something of a brand is on its way, KeyError for a client that is not the account's.
    """
    scope.require(Capability.MANAGE_KEYS)
    clients = {str(one.pk): one for one in Client.objects.filter(account=scope.account, is_active=True)}
    moved = 0
    for brand, choice in choices.items():
        client = _new_client(scope, brand, actor) if choice == NEW else clients[choice]
        before = brand.client_id
        if client.pk != before:
            move_brands([brand], client)
            moved += 1
        record(CLIENT_SET, brand, actor=actor, before={"client": before}, after={"client": client.pk})
    return moved


def unconfirmed_brands(scope: Scope, api_key: ApiKey) -> QuerySet[Brand]:
    """Brands of a key that the mirror found and of which nobody has said whose they are."""
    said = AuditEntry.objects.filter(
        account=scope.account, object_type="tendlc.brand", object_id=OuterRef("pk"), action=CLIENT_SET
    )
    rows = Brand.objects.filter(account=scope.account, api_key=api_key, client__is_self=True, wished={})
    return rows.filter(gone_at=None).exclude(remote_id="").exclude(Exists(said)).select_related("client")


def _new_client(scope: Scope, brand: Brand, actor: User) -> Client:
    name = (brand.company_name or brand.display_name)[:200]
    client, is_new = Client.objects.get_or_create(account=scope.account, name=name)
    if is_new:
        record("client.added", client, actor=actor, after={"name": name})
    return client
