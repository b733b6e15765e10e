"""`manage.py portal_after_restore`: what must happen between restoring a backup and sending again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext_noop

from portal.accounts.models import ApiKey
from portal.outbox import engine, pauses
from portal.outbox.calls import open_api
from portal.outbox.enums import PausedPart
from portal.outbox.models import Operation
from portal.outbox.restoring import doubt_everything, restored_at
from portal.vonage.problems import VonageError
from registry.models import NetworkApplication
from registry.sync.network_applications import walk_applications
from tendlc.models import Brand, Campaign, NumberLink, Vetting
from tendlc.sync import walk_key

# How long this command itself looks for what may have been sent.
LOOK_SECONDS = 60.0


class Command(BaseCommand):
    help = (
        "Make open operations unknown, read everything at Vonage once, and list what exists there without an "
        "operation here. Nothing is sent before a person ends the pause."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        since = restored_at()
        if (
            not pauses.in_force()
            .filter(account=None, api_key=None, kind="", part__in=pauses.SENDING)
            .exists()
        ):
            pauses.pause(
                gettext_noop("A backup was restored; it is being compared with Vonage."),
                part=PausedPart.EVERYTHING,
            )
        self.stdout.write(
            f"{doubt_everything(since)} open operations are unknown now and will be looked for."
        )
        engine.run(LOOK_SECONDS)  # adopts what is there at once; where a worker runs, that one does it
        incomplete = [
            key for key in ApiKey.objects.exclude(secret="").filter(is_active=True) if not self._read(key)
        ]
        self._list_unknown_here(since)
        if incomplete:
            names = ", ".join(key.key for key in incomplete)
            raise CommandError(f"Not everything could be read with {names}. Mend it and run this again.")
        self.stdout.write("Everything was read. Look at the list, then: manage.py outbox_pause --end NUMBER")

    def _read(self, api_key: ApiKey) -> bool:
        try:
            api = open_api(api_key)
        except VonageError as error:
            self.stderr.write(f"{api_key.key}: {error}")
            return False
        try:
            report = walk_key(api_key, api)
            applications = walk_applications(api_key, api)
        except VonageError as error:
            self.stderr.write(f"{api_key.key}: {error}")
            return False
        finally:
            api.close()
        objects = report.objects + applications.objects
        self.stdout.write(f"{api_key.key}: {objects} objects read.")
        return report.ok and not applications.problem

    def _list_unknown_here(self, since: datetime) -> None:
        """What a reading after the restore brought to light: it came into being after the backup."""
        found = 0
        for model in (Brand, Vetting, Campaign, NumberLink, NetworkApplication):
            rows = model.objects.filter(created_at__gte=since).exclude(remote_id="").order_by("pk")
            asked = Operation.objects.filter(object_type=model._meta.label_lower).values("object_id")
            for row in rows.exclude(pk__in=asked):
                found += 1
                stands = getattr(row, "remote_status", "") or row.state
                self.stdout.write(f"  {model._meta.verbose_name} {row.remote_id}: {row} ({stands})")
        self.stdout.write(f"{found} objects exist at Vonage without an operation here.")
