"""`manage.py registry_erase <business profile>`: blank the personal values of a registration, for good."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.actions.ending import erase_personal
from registry.models import BusinessProfile


class Command(BaseCommand):
    help = (
        "Blank names, mails and phones of a business profile in every version, consent, change request and "
        "answer. It cannot be undone. Hashes of what was submitted stay, and what operators were given is theirs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("profile", type=int, help="id of the business profile, as in its address")
        parser.add_argument("--yes", action="store_true", help="really do it")

    def handle(self, *args: Any, **options: Any) -> None:
        profile = BusinessProfile.objects.filter(pk=options["profile"]).first()
        if profile is None:
            raise CommandError(f"There is no business profile {options['profile']}.")
        if not options["yes"]:
            raise CommandError(
                f"This blanks the personal values of “{profile}” for good. Say --yes to do it."
            )
        erased = erase_personal(profile, actor=None)
        self.stdout.write(f"Blanked the personal values of “{profile}” in {erased} rows.")
