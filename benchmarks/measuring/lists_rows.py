"""One account that has everything: ten campaigns, ten numbers, a vetting and two operations a brand."""

from __future__ import annotations

from typing import Final

from django.utils import timezone

from benchmarks.measuring.copies import copy, unchecked
from portal.accounts.models import Membership
from portal.outbox.actions import submit
from portal.outbox.enums import OperationState
from portal.outbox.models import Operation
from tendlc.models import Campaign
from tests.builders import make_account, make_membership
from tests.tendlc.builders import make_brand, make_campaign, make_number_link, make_vetting

# Ids of the copies: this and their number.
FIRST: Final = 1_000
WORDS: Final = ("deliveries", "appointments", "invoices", "returns", "openings", "recalls", "bookings")


def fill(campaigns: int) -> Membership:
    """Every campaign is of the orders, one in a hundred comes on a tuesday, one in ten thousand of zirconium."""
    membership = make_membership(account=make_account("Bench"))
    brand = make_brand(membership.account, name="Template")
    campaign = make_campaign(brand, label="Template")
    brands = max(campaigns // 10, 1)
    own = {"id": f"{FIRST} + i", "created_at": "now() - i * interval '1 second'"}
    of_brand = own | {"brand_id": f"{FIRST} + 1 + i % {brands}"}
    words = ",".join(f"'{word}'" for word in WORDS)
    texts = {
        "label": "'Orders ' || i || CASE WHEN i % 10000 = 0 THEN ' zirconium' ELSE '' END",
        "description": f"'News of ' || (ARRAY[{words}])[1 + i % {len(WORDS)}]"
        " || CASE WHEN i % 100 = 0 THEN ' every tuesday' ELSE '' END",
        "state": "(ARRAY['active','active','active','in_review','rejected','stopped'])[1 + i % 6]",
    }
    names = {"display_name": "'Brand ' || i", "company_name": "'Brand ' || i || ' Inc'"}
    names |= {"ein": "lpad(i::text, 9, '0')", "website": "'https://brand' || i || '.example'"}
    with unchecked():
        copy(brand, brands, own | names | {"remote_id": "'B' || lpad(i::text, 7, '0')"})
        copy(make_vetting(brand), brands, of_brand | {"remote_id": "'V' || lpad(i::text, 7, '0')"})
        copy(campaign, campaigns, of_brand | texts | {"remote_id": "'C' || lpad(i::text, 7, '0')"})
        digits = "'1' || (2010000000 + i)"
        here = own | {"campaign_id": f"{FIRST} + i", "number": digits, "remote_id": digits}
        copy(make_number_link(campaign), campaigns, here)
        asked = {
            "code": "lpad(i::text, 10, '0')",
            "object_name": "'Orders ' || i",
            "object_id": f"{FIRST} + i",
        }
        copy(_operation(membership, campaign), brands * 2, own | asked)
    return membership


def _operation(membership: Membership, campaign: Campaign) -> Operation:
    """One that was applied long ago, as nearly all are."""
    user, api_key = membership.user, campaign.api_key
    operation = submit("tendlc.create_campaign", campaign, actor=user, api_key=api_key, payload={})
    done = {"state": OperationState.APPLIED, "finished_at": timezone.now()}
    Operation.objects.filter(pk=operation.pk).update(**done)
    return operation
