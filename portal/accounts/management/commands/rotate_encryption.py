"""Re-encrypt all stored secrets with the first of ENCRYPTION_KEYS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.accounts.actions import rotate_encryption


class Command(BaseCommand):
    help = "Re-encrypts all stored secrets with the first key of ENCRYPTION_KEYS; then old keys may go."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = rotate_encryption()
        except ValueError as error:
            raise CommandError(
                f"{error}. Add the missing key to ENCRYPTION_KEYS and run this again."
            ) from None
        for table, rows in counts.items():
            self.stdout.write(f"{table}: {rows} rows")
