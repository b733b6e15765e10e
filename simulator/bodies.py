"""The answers' bodies, field by field as documented. Links point at the API's other host, as there."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from simulator import qualification, standing
from simulator.clock import stamp
from simulator.records import Application, Brand, Campaign, Number, Vetting
from simulator.store import Store
from simulator.vocabulary import ATT, CARRIERS, TMO

HOST = "https://api.nexmo.com"
BRANDS = f"{HOST}/v1/10dlc/brands"
APPLICATIONS = f"{HOST}/v2/applications"
T = TypeVar("T")
Body = dict[str, Any]


def _links(**hrefs: str) -> dict[str, dict[str, str]]:
    return {name: {"href": href} for name, href in hrefs.items()}


def brand(store: Store, one: Brand) -> Body:
    """The brand's own links lack the /v1, exactly as documented."""
    sent = one.fields
    here = f"{HOST}/10dlc/brands/{one.brand_id}"
    ein = {"universal_ein": sent["ein"]} if "ein" in sent else {}
    return (
        sent
        | ein
        | {
            "campaign_count": len(standing.live_campaigns(store, one)),
            "brand_relationship": "BASIC_ACCOUNT",
            "partner": False,
            "shared": False,
            "owner": False,
            "status": standing.brand_status(store, one),
            "reference_id": one.reference_id,
            "brand_id": one.brand_id,
            "created_date": stamp(one.created),
            "last_updated": stamp(max(one.updated, one.timeline.current(store.now()).at)),
            "_links": _links(self=here, campaigns=f"{here}/campaigns"),
        }
    )


def vetting(store: Store, one: Vetting) -> Body:
    """Score and date are absent until there are any."""
    score = standing.vetting_score(store, one)
    step = one.timeline.current(store.now())
    here = f"{BRANDS}/{one.brand_id}"
    return {
        "account_id": one.key,
        "evp_id": one.evp_id,
        "vetting_id": one.vetting_id,
        "vetting_token": one.vetting_token,
        **({} if score is None else {"vetting_score": score}),
        "vetting_class": one.vetting_class,
        "vetting_status": standing.vetting_status(store, one),
        **({} if step.word == "PENDING" else {"vetted_date": stamp(step.at)}),
        "create_date": stamp(one.created),
        "_links": _links(self=f"{here}/vetting/requests/{one.vetting_id}", brand=here),
    }


def campaign(store: Store, one: Campaign) -> Body:
    here = f"{BRANDS}/{one.brand_id}/campaigns/{one.campaign_id}"
    status = standing.campaign_status(store, one)
    carriers = [standing.carrier_status(store, one, network_id) for network_id in one.carriers]
    return one.fields | {
        "brand_id": one.brand_id,
        "mno_metadata": [_att(store, one), _tmo(store, one)],
        "status": status,
        "campaign_id": one.campaign_id,
        "tcr_campaign_id": one.campaign_id,
        "traffic_enabled": status == "ACTIVE" and "APPROVED" in carriers,
        "created_date": stamp(one.created),
        "last_updated": stamp(max(one.updated, one.timeline.current(store.now()).at)),
        "_links": _links(self=here, brand=f"{BRANDS}/{one.brand_id}", numbers=f"{here}/numbers"),
    }


def _throughput(store: Store, one: Campaign) -> qualification.Throughput:
    holder = store.brands[one.brand_id]
    return qualification.throughput(standing.score_of(store, holder), one.usecase)


def _att(store: Store, one: Campaign) -> Body:
    """Booleans as strings with a comma: the documented example carries them so, in these very places."""
    entry = qualification.TABLE[one.usecase]
    reached = _throughput(store, one)
    return {
        "network_id": ATT,
        "min_msg_samples": entry.samples,
        "msg_class": reached.att_class,
        "req_subscriber_opt_out": entry.opt_out,
        "mno_review": f"{str(entry.review).lower()},",
        "no_embedded_phone": "false,",
        "mno": CARRIERS[ATT],
        "tpm": reached.att_tpm,
        "req_subscriber_help": True,
        "req_subscriber_opt_in": True,
        "mno_support": True,
        "no_embedded_link": one.usecase == "POLITICAL",
        "qualify": True,
        "status": standing.carrier_status(store, one, ATT),
    }


def _tmo(store: Store, one: Campaign) -> Body:
    entry = qualification.TABLE[one.usecase]
    return {
        "network_id": TMO,
        "min_msg_samples": entry.samples,
        "req_subscriber_help": True,
        "req_subscriber_opt_out": entry.opt_out,
        "req_subscriber_opt_in": True,
        "mno_review": entry.review,
        "mno_support": entry.tmo,
        "no_embedded_phone": f"{str(one.usecase == 'POLITICAL').lower()},",
        "no_embedded_link": one.usecase == "POLITICAL",
        "qualify": entry.tmo,
        "brand_tier": _throughput(store, one).tmo_tier,
        "mno": CARRIERS[TMO],
        "status": standing.carrier_status(store, one, TMO),
    }


def number(store: Store, one: Number) -> Body:
    holder = store.campaigns[one.campaign_id]
    brand_link = f"{BRANDS}/{holder.brand_id}"
    campaign_link = f"{brand_link}/campaigns/{holder.campaign_id}/"
    return {
        "number": one.number,
        "country": one.country,
        "status": standing.number_status(store, one),
        "compliance": [],
        "_links": _links(
            self=f"{campaign_link}numbers/{one.number}", campaign=campaign_link, brand=brand_link
        ),
    }


def application(one: Application) -> Body:
    """Never with a private key: that is shown once, when it was made."""
    here = f"/v2/applications/{one.application_id}"
    return {"id": one.application_id, **one.fields, "_links": _links(self=here)}


def subaccounts(primary: str, held: Sequence[Body]) -> Body:
    """Balances are null where they are shared with the primary account."""
    usual = {
        "primary_account_api_key": primary,
        "use_primary_account_balance": True,
        "created_at": "2026-01-01T09:00:00.000Z",
        "suspended": False,
        "balance": None,
        "credit_limit": None,
    }
    own = usual | {"api_key": primary, "name": "Primary account", "balance": 100.0, "credit_limit": 0.0}
    return {
        "total_balance": 100.0,
        "total_credit_limit": 0.0,
        "_embedded": {"primary_account": own, "subaccounts": [usual | one for one in held]},
        "_links": _links(self=f"/accounts/{primary}/subaccounts"),
    }


def page(name: str, things: Sequence[T], body: Callable[[T], Body], page: int, size: int) -> Body:
    """One page of a list without links; an empty list has no pages, one beyond the end no items."""
    start = (page - 1) * size
    return {
        "page_size": size,
        "page": page,
        "total_pages": math.ceil(len(things) / size),
        "total_items": len(things),
        "_embedded": {name: [body(one) for one in things[start : start + size]]},
    }


def page_links(listing: Body, href: str) -> dict[str, dict[str, str]]:
    number, last = listing["page"], max(1, listing["total_pages"])
    targets = {"self": number, "first": 1, "last": last}
    if number < last:
        targets["next"] = number + 1
    if number > 1:
        targets["previous"] = min(number - 1, last)
    return {name: {"href": f"{href}/?page={target}"} for name, target in targets.items()}
