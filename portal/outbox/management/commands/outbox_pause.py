"""`manage.py outbox_pause`: stop what is named from leaving, list what is stopped, and let it leave again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.models import Account, ApiKey
from portal.outbox import pauses
from portal.outbox.actions import end_pause
from portal.outbox.enums import PausedPart
from portal.outbox.models import Pause


class Command(BaseCommand):
    help = "Pause sending, e-mail or both; without --reason, list the pauses in force."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reason", default="", help="why; shown to everybody who waits")
        parser.add_argument("--part", choices=PausedPart.values, default=PausedPart.SENDING.value)
        parser.add_argument("--account", type=int, help="only this account, by its number")
        parser.add_argument("--key", default="", help="only this API key")
        parser.add_argument("--kind", default="", help="only this kind, such as tendlc.create_brand")
        parser.add_argument("--end", type=int, metavar="NUMBER", help="end this pause")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["end"]:
            self._end(options["end"])
        elif options["reason"]:
            self._pause(options)
        self._list()

    def _end(self, number: int) -> None:
        pause = Pause.objects.filter(pk=number).first()
        if pause is None or not end_pause(pause, actor=None):
            raise CommandError(f"There is no pause {number} in force.")

    def _pause(self, options: dict[str, Any]) -> None:
        account = Account.objects.filter(pk=options["account"]).first()
        if options["account"] and account is None:
            raise CommandError(f"There is no account {options['account']}.")
        api_key = ApiKey.objects.filter(key=options["key"]).first()
        if options["key"] and api_key is None:
            raise CommandError(f"There is no API key {options['key']}.")
        pauses.pause(
            options["reason"],
            part=PausedPart(options["part"]),
            account=account,
            api_key=api_key,
            kind=options["kind"],
        )

    def _list(self) -> None:
        rows = pauses.in_force().select_related("account", "api_key").order_by("pk")
        if not rows:
            self.stdout.write("Nothing is paused.")
        for row in rows:
            only = [str(each) for each in (row.account, row.api_key, row.kind) if each]
            named = f" ({', '.join(only)})" if only else ""
            self.stdout.write(
                f"{row.pk}: {row.part}{named} since {row.created_at:%Y-%m-%d %H:%M}: {row.told}"
            )
