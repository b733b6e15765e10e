"""Submit something as the web process would, from a process of its own: `python -m tests.faults.submit brand 1 12`."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from portal.accounts.models import ApiKey, Membership  # noqa: E402
from portal.accounts.scope import scope_of  # noqa: E402
from tendlc.actions import link_numbers, request_vetting, submit_brand, submit_campaign  # noqa: E402
from tendlc.models import Brand, Campaign  # noqa: E402
from tests.outbox.conftest import BRAND, CAMPAIGN  # noqa: E402


def main(what: str, number: int) -> None:
    scope = scope_of(
        Membership.objects.select_related("account", "user").get(user__email="casey@example.com")
    )
    if what == "brand":
        submit_brand(
            scope,
            {**BRAND, "ein": f"41{number:07d}"},
            client=scope.clients()[0],
            api_key=ApiKey.objects.get(),
            actor=scope.user,
        )
    elif what == "vetting":
        brand = Brand.objects.filter(company_name=BRAND["company_name"]).order_by("id")[number - 1]
        request_vetting(scope, brand, evp_id="AEGIS", vetting_class="STANDARD", actor=scope.user)
    elif what == "campaign":
        brand = Brand.objects.filter(state="vetted").earliest("id")
        submit_campaign(scope, brand, {**CAMPAIGN, "label": f"Orders {number}"}, actor=scope.user)
    else:
        campaign = Campaign.objects.filter(state="active").earliest("id")
        link_numbers(scope, campaign, [("US", f"1415555{number:04d}")], actor=scope.user)


if __name__ == "__main__":
    first, count = int(sys.argv[2]), int(sys.argv[3])
    for each in range(first, first + count):
        main(sys.argv[1], each)
