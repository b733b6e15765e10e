"""`manage.py registry_catalogue`: bring the shipped catalogue into the database. Safe to run again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from registry.actions.loading import SHIPPED, BadCatalogue, load_catalogue


class Command(BaseCommand):
    help = (
        "Load countries, operators, features, purposes and requirements as shipped. Rows edited in the admin "
        "are named and left as they are; rows that are no longer shipped are deactivated."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--folder", type=Path, default=SHIPPED, help="a catalogue other than the shipped one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_catalogue(options["folder"])
        except (BadCatalogue, OSError, ValueError) as error:
            raise CommandError(f"Nothing was loaded: {error}") from error
        self.stdout.write(
            f"Catalogue {report.version}: {len(report.created)} created, {len(report.updated)} updated, "
            f"{len(report.unchanged)} unchanged, {len(report.deactivated)} deactivated, "
            f"{len(report.edited)} edited by staff and left as they are."
        )
        for label in report.edited:
            self.stdout.write(f"  edited: {label}")
        for label in report.deactivated:
            self.stdout.write(f"  deactivated: {label}")
