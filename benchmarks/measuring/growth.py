"""Runs in a process of its own, on the empty database of DATABASE_URL: see `benchmarks/growth.py`."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from portal.accounts.models import ApiKey  # noqa: E402
from portal.accounts.scope import Scope, scope_of  # noqa: E402
from portal.desk.retention import RULES, retain  # noqa: E402
from portal.notices.actions import follow  # noqa: E402
from portal.notices.delivery import deliver_due  # noqa: E402
from portal.notices.enums import FollowReason  # noqa: E402
from portal.outbox import engine, inquiries  # noqa: E402
from portal.outbox.calls import open_api  # noqa: E402
from portal.outbox.enums import FINAL_STATES  # noqa: E402
from portal.outbox.models import Operation  # noqa: E402
from tendlc.actions import check_use_case, edit_campaign, link_numbers  # noqa: E402
from tendlc.models import Brand, Campaign  # noqa: E402
from tendlc.sync import cycle_key, poll_key, walk_key  # noqa: E402
from tendlc.sync.owned import walk_owned  # noqa: E402
from tests.builders import make_account, make_api_key, make_membership  # noqa: E402

CYCLES: Final = 144
LINKED, CHANGED, ASKED = 30, 10, 20
DAY: Final = timedelta(days=1)
ENOUGH: Final = 100
FOR_EVER: Final = (
    *("outbox.Operation", "outbox.Attempt", "history.Change", "history.Refusal", "history.AuditEntry"),
    *("tendlc.Brand", "tendlc.Campaign", "tendlc.NumberLink", "tendlc.Vetting"),
)
FOR_A_TIME: Final = tuple(rule.model for rule in RULES)
_numbers = itertools.count(1)


@dataclass
class Portal:
    scope: Scope
    api_key: ApiKey

    def day(self) -> None:
        """What a day brings, and every cycle of reading it."""
        for cycle in range(CYCLES):
            if cycle % (CYCLES // 10) == 0:
                self._work()
            api = open_api(self.api_key, "sweep")
            cycle_key(self.api_key, api)
            walk_owned(self.api_key, api)
            poll_key(self.api_key, api)
            api.close()
        deliver_due(timezone.now() + DAY)

    def _work(self) -> None:
        """A tenth of a day's submissions and questions."""
        campaigns = list(Campaign.objects.exclude(remote_id="").order_by("?")[:4])
        for campaign in campaigns[: LINKED // 10]:
            digits = f"1415{next(_numbers):07d}"
            link_numbers(self.scope, campaign, [("US", digits)], actor=self.scope.user)
        for campaign in campaigns[3 : 3 + CHANGED // 10]:
            changes = {"help_message": f"Call us, extension {next(_numbers)}. Reply STOP to opt out."}
            edit_campaign(self.scope, campaign, changes, actor=self.scope.user)
        for brand in Brand.objects.order_by("?")[: ASKED // 10]:
            check_use_case(self.scope, brand, "MARKETING", actor=self.scope.user)
        engine.run()
        inquiries.answer_due()


def founded(key: str, secret: str) -> Portal:
    """An account that has imported what its key holds, and whose admin follows everything by e-mail."""
    membership = make_membership(account=make_account("Growing"))
    api_key = make_api_key(membership.account, key=key, secret=secret)
    walk_key(api_key, open_api(api_key, "sweep"))
    api_key.refresh_from_db()
    for brand in Brand.objects.all():
        follow(brand, membership.user, FollowReason.SUBSCRIBER)
    return Portal(scope_of(membership), api_key)


def counted(names: Iterable[str]) -> dict[str, int]:
    return {name: apps.get_model(name)._default_manager.count() for name in names}


def bytes_a_row(name: str, rows: int) -> int:
    """With its indexes and what is stored apart; 0 where there are too few to tell."""
    table = apps.get_model(name)._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size(%s)", [table])
        size: int = cursor.fetchone()[0]
    return size // rows if rows >= ENOUGH else 0


def age_by_a_day() -> None:
    """Move what the retention task looks at, and whose turn it is to be read again, a day back."""
    for rule in RULES:
        rows = apps.get_model(rule.model)._default_manager.exclude(**{rule.column: None})
        rows.update(**{rule.column: F(rule.column) - DAY})
    Brand.objects.exclude(descended_at=None).update(descended_at=F("descended_at") - DAY)


def measure(days: int, key: str, secret: str) -> bool:
    portal = founded(key, secret)
    shown = (*FOR_A_TIME, *FOR_EVER)
    before, kept, added = counted(shown), True, {name: [0] for name in shown}
    left = {name: [before[name]] for name in FOR_A_TIME}
    for _day in range(days):
        open_before = set(Operation.objects.exclude(state__in=FINAL_STATES).values_list("pk", flat=True))
        portal.day()
        now = counted(shown)
        retain()
        after = counted(shown)
        kept = kept and all(after[name] == now[name] >= before[name] for name in FOR_EVER)
        kept = kept and Operation.objects.filter(pk__in=open_before).count() == len(open_before)
        for name in shown:
            added[name].append(now[name] - before[name])
        for name in FOR_A_TIME:
            left[name].append(after[name])
        before = after
        age_by_a_day()
    return said(added, left, before, kept=kept)


def said(
    added: dict[str, list[int]], left: dict[str, list[int]], rows: dict[str, int], *, kept: bool
) -> bool:
    """Print what a day adds, and judge."""
    for name, each in added.items():
        a_day, size = each[-1], bytes_a_row(name, rows[name])
        line = (
            f"{name:<22} {a_day:>7,} rows a day  {size:>7,} bytes a row  {a_day * size / 1e6:8.2f} MB a day"
        )
        print(line + (f"   left after each day: {left[name]}" if name in left else "   kept for ever"))
    flat = all(each[-1] <= each[3] * 1.02 + 5 for each in left.values() if len(each) > 4)
    print(f"aim: flat from the fourth day: {'met' if flat else 'MISSED'}")
    print(f"aim: no row of history and no open operation gone: {'met' if kept else 'MISSED'}")
    return flat and kept


if __name__ == "__main__":
    sys.exit(0 if measure(int(sys.argv[1]), *sys.argv[2:]) else 1)
