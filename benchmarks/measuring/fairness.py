"""Writes what `benchmarks/fairness.py` asks for, as the web process would: `world N`, `small N EACH`, `large N`."""

from __future__ import annotations

import itertools
import json
import sys
import urllib.request
from collections.abc import Iterable, Iterator
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from portal.outbox.models import Operation  # noqa: E402
from portal.outbox.tasks import ring  # noqa: E402
from portal.records.codes import make_code  # noqa: E402
from portal.records.models import digest  # noqa: E402
from tendlc.enums import CampaignState, NumberState  # noqa: E402
from tendlc.models import Campaign, NumberLink  # noqa: E402
from tests.builders import make_account, make_api_key, make_membership  # noqa: E402
from tests.tendlc.builders import make_brand, make_campaign  # noqa: E402

LARGE = "Large"
CHUNK = 1000


def make_world(count: int) -> None:
    """The large account and the small ones, each with a key, and a campaign that the simulator holds too."""
    for name in (LARGE, *small(count)):
        membership = make_membership(account=make_account(name))
        key = make_api_key(membership.account, key=f"bench{membership.account_id:04d}")
        remote = _control(
            "brands", {"key": key.key, "campaigns": [{"status": "ACTIVE", "carrier_status": "APPROVED"}]}
        )["brands"][0]
        brand = make_brand(membership.account, name=name, remote_id=remote["brand_id"])
        make_campaign(brand, state=CampaignState.ACTIVE, remote_id=_campaign_of(key.key))
        key.imported_at = timezone.now()
        key.save()


def _campaign_of(key: str) -> str:
    return next(
        str(campaign["campaign_id"])
        for campaign in _control("objects")["campaigns"]
        if campaign["key"] == key
    )


@transaction.atomic
def submit(names: Iterable[str], count: int) -> None:
    """Each of these accounts links so many numbers: the rows of submissions and their doorbells, without history."""
    numbers = _free_numbers()
    for name in names:
        campaign = Campaign.objects.select_related("brand").get(account__name=name)
        owner = campaign.account.memberships.get().user
        for start in range(0, count, CHUNK):
            _write(campaign, [next(numbers) for _each in range(min(CHUNK, count - start))], owner.pk)


def _write(campaign: Campaign, chosen: list[str], owner: int) -> None:
    common: dict[str, Any] = {
        "account_id": campaign.account_id,
        "client_id": campaign.client_id,
        "api_key_id": campaign.api_key_id,
    }
    links = NumberLink.objects.bulk_create(
        NumberLink(**common, campaign=campaign, number=digits, country="US", state=NumberState.SUBMITTING)
        for digits in chosen
    )
    Operation.objects.bulk_create(
        Operation(
            **common,
            object_type="tendlc.numberlink",
            object_id=link.pk,
            object_name=link.number,
            host=settings.VONAGE_API_URL,
            kind="tendlc.link_number",
            code=make_code(),
            payload={"country": "US", "number": link.number},
            payload_hash=digest({"country": "US", "number": link.number}),
            natural_key=f"number:{link.number}",
            asked_by_id=owner,
            next_attempt_at=timezone.now(),
        )
        for link in links
    )
    for _each in links:
        transaction.on_commit(ring, robust=True)


def _free_numbers() -> Iterator[str]:
    """US numbers that no row has yet."""
    first = 12_025_550_000 + NumberLink.objects.count()
    return (str(number) for number in itertools.count(first))


def _control(path: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{settings.SIMULATOR_URL}/_simulator/{path}", data, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def small(count: int) -> list[str]:
    return [f"Small {number}" for number in range(count)]


def main(what: str, count: int, each: int = 0) -> None:
    if what == "world":
        make_world(count)
    elif what == "small":
        submit(small(count), each)
    else:
        submit([LARGE], count)


if __name__ == "__main__":
    main(sys.argv[1], *(int(word) for word in sys.argv[2:]))
