"""`manage.py demo_operators`: operators that answer by themselves, and one with a person. Safe to run again."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.accounts.models import User
from portal.run.demo_people import OPERATOR
from registry.enums import DecisionChannel
from registry.models import Agency, Assignment, Operator

BY_HAND = "de-telekom"


class Command(BaseCommand):
    help = "Let operators and vetting agents of a demo be simulated, but for one with a person at its desk."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("demo_operators is for PORTAL_MODE=demo only.")
        if settings.REGISTRY_SIMULATED_OPERATORS and not Assignment.objects.exists():
            with transaction.atomic():
                self._make()

    def _make(self) -> None:
        """Channels that staff changes afterwards stay as they are."""
        Operator.objects.exclude(code=BY_HAND).update(channel=DecisionChannel.SIMULATED)
        Agency.objects.update(channel=DecisionChannel.SIMULATED)
        operator = Operator.objects.filter(code=BY_HAND).first()
        if operator is not None:
            Assignment.objects.create(user=_person(), operator=operator, may_decide=True)


def _person() -> User:
    user = User.objects.filter(email=OPERATOR.email).first()
    if user is None:
        user = User.objects.create_user(OPERATOR.email, OPERATOR.password, name="Olga Brandt")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
