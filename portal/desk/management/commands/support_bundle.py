"""`manage.py support_bundle CODE`: everything about one object as JSON, to look at or to send on."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from portal.desk.bundle import bundle, find


class Command(BaseCommand):
    help = "Print everything about the object of an operation, by its code or by Vonage's instance."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("words", metavar="CODE", help="an operation's code, or an instance Vonage named")

    def handle(self, *args: Any, **options: Any) -> None:
        operation = find(options["words"])
        if operation is None:
            raise CommandError(f"No operation has the code or instance {options['words']}.")
        self.stdout.write(json.dumps(bundle(operation), cls=DjangoJSONEncoder, indent=2))
