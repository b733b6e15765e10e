"""`manage.py portal_health`: every part of the portal; exit code 0 well, 1 a ticket, 2 a page."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.desk import health


class Command(BaseCommand):
    help = "Say how each part of the portal is, without worker, broker or mail server."
    requires_system_checks: list[str] = []  # it must speak when settings are wrong too

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        parts = health.examine()
        if options["json"]:
            level = health.worst(parts).name.lower()
            self.stdout.write(json.dumps({"level": level, "parts": [part.as_json() for part in parts]}))
        else:
            for part in parts:
                self.stdout.write(f"{part.level.name:<8} {part.name:<9} {part.text}")
        if code := int(health.worst(parts)):
            sys.exit(code)
