"""Make an account from the command line, with its first admin."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse

from portal.accounts.actions import Issued, create_account


class Command(BaseCommand):
    help = "Makes an account and invites its first admin (or makes an existing user its admin)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="the customer's name")
        parser.add_argument("--admin-email", required=True, help="who is to be its first admin")

    def handle(self, *args: Any, **options: Any) -> None:
        name, email = options["name"].strip(), options["admin_email"].strip()
        if not name:
            raise CommandError("The account needs a name.")
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email!r} is not an e-mail address.") from None
        made = create_account(name=name, admin_email=email, actor=None)
        self.stdout.write(f"Account {made.account.pk} “{made.account.name}” is ready.")
        self.stdout.write(self._about(made.issued, email))

    def _about(self, issued: Issued | None, email: str) -> str:
        if issued is None:
            return f"{email} already signs in here and is now its admin."
        if issued.mail():
            return f"{email} has been sent an invitation."
        link = settings.PORTAL_URL + reverse("accounts:invitation", args=[issued.token])
        return f"The invitation could not be mailed. Give {email} this link: {link}"
