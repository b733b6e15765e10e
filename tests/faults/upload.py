"""Upload and start a batch as the web process would: `python -m tests.faults.upload 200 first-number`."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from portal.accounts.models import Membership  # noqa: E402
from portal.accounts.scope import scope_of  # noqa: E402
from portal.outbox.batch_actions import check_batch, hash_of, start_batch  # noqa: E402
from portal.records.tables import read_csv  # noqa: E402
from tendlc.batches import COLUMNS, LinkNumbers  # noqa: E402
from tendlc.models import Campaign  # noqa: E402


def main(rows: int, first: int) -> None:
    """So many rows, seven of them wrong, for the demo's active campaign."""
    member = Membership.objects.select_related("account", "user").get(user__email="casey@example.com")
    scope, campaign = scope_of(member), Campaign.objects.filter(state="active").earliest("id")
    ids = f"{campaign.brand.remote_id},{campaign.remote_id}"
    numbers = ["no number"] * 7 + [str(first + place) for place in range(rows - 7)]
    content = "\n".join([",".join(COLUMNS), *(f"{number},{ids}" for number in numbers)]).encode()
    lines = read_csv(content, COLUMNS)
    batch = check_batch(
        scope, LinkNumbers(), lines, name="numbers.csv", file_hash=hash_of(content), actor=scope.user
    )
    start_batch(scope, batch, actor=scope.user)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
