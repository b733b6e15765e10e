"""Assigning API keys of the account to an application profile, and finding out which keys there are."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey, User
from portal.accounts.scope import Scope
from portal.history.actions import record
from portal.outbox.actions import ask
from portal.outbox.models import Inquiry
from registry.actions.locks import locked_keys
from registry.models import ApplicationProfile, KeyAssignment, NetworkApplication
from registry.operations.names import SUBACCOUNTS
from registry.queries import network_applications as queries


class KeyInUse(Exception):
    """A key cannot be taken from a profile while applications of it use network features; they are named."""

    def __init__(self, uses: dict[ApiKey, list[NetworkApplication]]) -> None:
        super().__init__(", ".join(key.key for key in uses))
        self.uses = uses


@transaction.atomic
def assign_keys(scope: Scope, profile: ApplicationProfile, wanted: Collection[int], *, actor: User) -> None:
    """Make exactly these keys (by pk) the ones assigned beside the owner. Keys of others are left out.

    Raises KeyInUse, and changes nothing, when one to be taken away has an application that uses features.
    """
    scope.require(Capability.SUBMIT_PAID)
    offered = queries.sibling_keys(scope, profile)
    held = set(profile.assigned_keys.values_list("api_key_id", flat=True))
    chosen = set(offered.filter(pk__in=wanted).values_list("pk", flat=True))
    keys = {key.pk: key for key in locked_keys(held ^ chosen)}
    removed = [keys[pk] for pk in sorted(held - chosen)]
    uses = {key: found for key in removed if (found := list(queries.uses_of(key)))}
    if uses:
        raise KeyInUse(uses)
    owner = {"account_id": profile.account_id, "client_id": profile.client_id}
    profile.assigned_keys.filter(api_key__in=removed).delete()
    for pk in sorted(chosen - held):
        KeyAssignment.objects.get_or_create(
            profile=profile, api_key=keys[pk], defaults={**owner, "by": actor}
        )
    if held != chosen:
        _put_on_record(profile, held, chosen, actor)


def _put_on_record(profile: ApplicationProfile, held: set[int], chosen: set[int], actor: User) -> None:
    names = dict(ApiKey.objects.filter(pk__in=held | chosen).values_list("pk", "key"))
    before, after = ({"api_keys": [names[pk] for pk in sorted(pks)]} for pks in (held, chosen))
    record("applicationprofile.keys_assigned", profile, actor=actor, before=before, after=after)


def ask_for_keys(scope: Scope, api_key: ApiKey, *, actor: User) -> Inquiry:
    """Ask Vonage which keys the account of a primary key has; the worker lists them without secrets."""
    scope.require(Capability.MANAGE_KEYS)
    return ask(SUBACCOUNTS, api_key, actor=actor, api_key=api_key)
