"""Test numbers of an application: up to five, each attested by the member who adds it."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Capability
from portal.accounts.models import User
from portal.accounts.problems import Refused
from portal.accounts.scope import Scope
from portal.history.actions import record
from registry.models import NetworkApplication, PlaygroundNumber

SLOTS: Final = (1, 2, 3, 4, 5)


class NumberListed(Refused):
    text = _("This number is one of the test numbers already.")


class FiveNumbers(Refused):
    text = _("An application has at most five test numbers. Remove one first.")


@transaction.atomic
def add_playground_number(
    scope: Scope, application: NetworkApplication, *, digits: str, actor: User
) -> PlaygroundNumber:
    """Add a number whose use for tests `actor` attests. Raises NumberListed or FiveNumbers."""
    scope.require(Capability.PREPARE)
    NetworkApplication.objects.select_for_update().get(pk=application.pk)
    rows = PlaygroundNumber.objects.filter(application=application)
    if rows.filter(number=digits).exists():
        raise NumberListed
    taken = set(rows.values_list("slot", flat=True))
    slot = next((slot for slot in SLOTS if slot not in taken), None)
    if slot is None:
        raise FiveNumbers
    number = PlaygroundNumber.objects.create(
        account=application.account,
        client=application.client,
        application=application,
        slot=slot,
        number=digits,
        attested_by=actor,
    )
    # About the application: history keeps names for ever, and a number's name is the number.
    record("networkapplication.number_added", application, actor=actor, after={"phone": f"+{digits}"})
    return number


@transaction.atomic
def remove_playground_number(scope: Scope, number: PlaygroundNumber, *, actor: User) -> None:
    """Forget a test number; the next request with it is refused."""
    scope.require(Capability.PREPARE)
    removed, _rows = PlaygroundNumber.objects.filter(pk=number.pk).delete()
    if removed:
        before = {"phone": f"+{number.number}"}
        record("networkapplication.number_removed", number.application, actor=actor, before=before)
