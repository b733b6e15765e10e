"""Vonage API keys: entered once, shown never, deactivated instead of deleted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from portal.accounts.enums import Capability
from portal.accounts.models import ApiKey, User
from portal.accounts.problems import KeyListed, KeyTaken
from portal.accounts.scope import Scope
from portal.history.actions import record


@dataclass(frozen=True)
class KeyFields:
    """What may change on a key after it was added."""

    label: str = ""
    is_primary: bool = True
    primary_key: str = ""
    reseller_id: str = ""


@transaction.atomic
def add_api_key(scope: Scope, *, key: str, secret: str, fields: KeyFields, actor: User) -> ApiKey:
    """Add a key for the host this installation calls. Raises KeyListed or KeyTaken."""
    scope.require(Capability.MANAGE_KEYS)
    _require_free(scope, key)
    try:
        with transaction.atomic():
            api_key = ApiKey.objects.create(
                account=scope.account, key=key, secret=secret, host=settings.VONAGE_API_URL, **asdict(fields)
            )
    except IntegrityError:
        raise KeyTaken from None
    record(
        "api_key.added",
        api_key,
        actor=actor,
        after={"key": key, **asdict(fields), "has_secret": bool(secret)},
    )
    return api_key


@transaction.atomic
def change_api_key(scope: Scope, api_key: ApiKey, *, secret: str, fields: KeyFields, actor: User) -> None:
    """Change what is said of a key; an empty secret keeps the stored one.

    The host follows the secret: a secret entered for one host is never moved to another.
    """
    scope.require(Capability.MANAGE_KEYS)
    before = {name: getattr(api_key, name) for name in asdict(fields)}
    changes: dict[str, Any] = asdict(fields)
    after: dict[str, Any] = dict(changes)
    if secret:
        changes |= {"secret": secret, "host": settings.VONAGE_API_URL}
        after["secret_replaced"] = True
    for name, value in changes.items():
        setattr(api_key, name, value)
    api_key.save(update_fields=[*changes, "updated_at"])
    record("api_key.changed", api_key, actor=actor, before=before, after=after)


@transaction.atomic
def set_api_key_active(scope: Scope, api_key: ApiKey, *, active: bool, actor: User) -> None:
    """Use a key again, or no longer."""
    scope.require(Capability.MANAGE_KEYS)
    if not ApiKey.objects.filter(pk=api_key.pk, is_active=not active).update(is_active=active):
        return
    api_key.is_active = active
    record("api_key.activated" if active else "api_key.deactivated", api_key, actor=actor)


def _require_free(scope: Scope, key: str) -> None:
    holder = ApiKey.objects.filter(key__iexact=key).values_list("account_id", flat=True).first()
    if holder == scope.account.pk:
        raise KeyListed
    if holder is not None:
        raise KeyTaken
