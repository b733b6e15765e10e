"""`manage.py tendlc_sync`: read everything each key holds at Vonage; the exit code says whether it was complete."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from portal.accounts.models import ApiKey
from portal.outbox.calls import open_api
from portal.vonage.problems import VonageError
from tendlc.sync import Report, walk_key


class Command(BaseCommand):
    help = "Read all brands, vettings, campaigns and numbers of the Vonage API keys into the mirror."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--account", metavar="KEY", help="only this Vonage API key")
        parser.add_argument("--json", action="store_true", help="print one JSON object and no progress bar")

    def handle(self, *args: Any, **options: Any) -> None:
        keys = ApiKey.objects.filter(is_active=True).exclude(secret="").order_by("pk")
        if options["account"]:
            keys = keys.filter(key=options["account"])
            if not keys:
                raise CommandError(f"There is no active API key {options['account']} with a secret.")
        reports = {key.key: self._walk(key, quiet=options["json"]) for key in keys}
        if options["json"]:
            self.stdout.write(json.dumps({key: report.as_json() for key, report in reports.items()}))
        else:
            for key, report in reports.items():
                self._tell(key, report)
        if not all(report.ok for report in reports.values()):
            sys.exit(1)

    def _walk(self, api_key: ApiKey, *, quiet: bool) -> Report:
        watched = sys.stderr.isatty() and not quiet
        with tqdm(desc=api_key.key, unit=" objects", disable=not watched) as bar:

            def progress(_what: str, done: int, total: int) -> None:
                bar.total = max(total, done)
                bar.update(1)

            try:
                return walk_key(api_key, open_api(api_key), progress=progress)
            except VonageError as error:
                return Report(problems=[str(error)])

    def _tell(self, key: str, report: Report) -> None:
        self.stdout.write(
            f"{key}: {report.objects} objects on {report.pages} pages, "
            f"{report.complete} of {report.runs} lists complete, {report.gone} gone"
        )
        for problem in report.problems:
            self.stderr.write(f"{key}: {problem}")
