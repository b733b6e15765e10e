"""`manage.py outbox_drain --wait`: before an upgrade, let what is being sent end and begin nothing new."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext_noop

from portal.outbox import pauses
from portal.outbox.claims import in_hands
from portal.outbox.enums import PauseCause, PausedPart


class Command(BaseCommand):
    help = "Pause all sending and, with --wait, return when nothing is in hands any more."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wait", action="store_true", help="wait until nothing is being sent")
        parser.add_argument("--seconds", type=float, default=180.0, help="give up waiting after so long")

    def handle(self, *args: Any, **options: Any) -> None:
        draining = pauses.in_force().filter(cause=PauseCause.DRAIN)
        if not draining.exists():
            pauses.pause(
                gettext_noop("An upgrade is about to begin."),
                part=PausedPart.EVERYTHING,
                cause=PauseCause.DRAIN,
            )
        number = draining.values_list("pk", flat=True)[0]
        deadline = time.monotonic() + options["seconds"]
        while options["wait"] and (left := in_hands().count()):
            if time.monotonic() > deadline:
                raise CommandError(
                    f"{left} operations are still in hands. Look at the worker; they are safe, and a dead "
                    "worker's become “unknown” and are looked up."
                )
            time.sleep(0.5)
        self.stdout.write(
            f"Drained: nothing new is sent. End it with `manage.py outbox_pause --end {number}`."
        )
