"""Changes made from behind the stage: statuses, fields, removals, settings, the clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator import bodies, brands
from simulator.records import Brand, Campaign, Number, Vetting
from simulator.store import Store
from simulator.vocabulary import CARRIERS, DELAYS

Thing = Brand | Vetting | Campaign | Number
KINDS_OF_WORDS = frozenset({"brand", "vetting", "campaign", "carrier", "number"})


class Mistake(Exception):
    """A control request that makes no sense, with the sentence to answer."""


def set_status(store: Store, sent: dict[str, Any]) -> dict[str, Any]:
    """Force any word on a thing; what was going to happen to it is forgotten.

    `score` belongs to a vetting, `fields` changes what a brand or campaign holds, with or without a word.
    """
    thing = _find(store, sent)
    now = store.now()
    if "status" in sent:
        timeline = thing.timeline
        if "carrier" in sent:
            timeline = _campaign(thing).carriers[_network_id(sent["carrier"])]
        timeline.restart(now, str(sent["status"]), forced=True)
    if isinstance(thing, Vetting) and "score" in sent:
        thing.score = sent["score"]
    if "fields" in sent and isinstance(thing, Brand | Campaign):
        thing.fields |= sent["fields"]
        thing.updated = now
    store.save()
    return _body(store, thing)


def remove(store: Store, sent: dict[str, Any]) -> dict[str, Any]:
    """Make a thing vanish as if someone had deleted it elsewhere; not entered in the ledger."""
    if "application_id" in sent:
        return _remove_application(store, sent)
    thing = _find(store, sent)
    if isinstance(thing, Brand):
        brands.remove_brand(store, thing.brand_id)
    elif isinstance(thing, Campaign):
        brands.remove_campaign(store, thing.campaign_id)
    elif isinstance(thing, Vetting):
        del store.vettings[thing.vetting_id]
    else:
        del store.numbers[thing.place]
    store.save()
    return {"removed": True}


def _remove_application(store: Store, sent: dict[str, Any]) -> dict[str, Any]:
    if store.applications.pop(str(sent["application_id"]), None) is None:
        raise Mistake("There is no such thing here.")
    store.save()
    return {"removed": True}


def _find(store: Store, sent: dict[str, Any]) -> Thing:
    """The most particular of the ids given: a number before its campaign, a vetting before its brand."""
    found: Thing | None
    if "number" in sent:
        campaign_id = sent.get("campaign_id")
        places = (one for one in store.numbers.values() if one.number == str(sent["number"]))
        found = next((one for one in places if campaign_id in (None, one.campaign_id)), None)
    elif "campaign_id" in sent:
        found = store.campaigns.get(str(sent["campaign_id"]))
    elif "vetting_id" in sent:
        found = store.vettings.get(str(sent["vetting_id"]))
    elif "brand_id" in sent:
        found = store.brands.get(str(sent["brand_id"]))
    else:
        raise Mistake("Name a brand_id, vetting_id, campaign_id or number.")
    if found is None:
        raise Mistake("There is no such thing here.")
    return found


def _campaign(thing: Thing) -> Campaign:
    if not isinstance(thing, Campaign):
        raise Mistake("Only a campaign has carriers.")
    return thing


def _network_id(carrier: Any) -> str:
    for network_id, name in CARRIERS.items():
        if carrier in (network_id, name):
            return network_id
    raise Mistake(f"carrier must be one of {', '.join([*CARRIERS, *CARRIERS.values()])}.")


def _body(store: Store, thing: Thing) -> dict[str, Any]:
    if isinstance(thing, Brand):
        return bodies.brand(store, thing)
    if isinstance(thing, Campaign):
        return bodies.campaign(store, thing)
    if isinstance(thing, Vetting):
        return bodies.vetting(store, thing)
    return bodies.number(store, thing)


def advance_clock(store: Store, sent: dict[str, Any]) -> None:
    """With `when_quiet`, once no request to the API is being worked on any more (a minute at most)."""
    if sent.get("when_quiet"):
        store.quiet.wait_for(lambda: not store.under_way, timeout=60)
    try:
        store.clock.advance(float(sent["advance"]))
    except (KeyError, TypeError, ValueError):
        raise Mistake("advance must be a number of seconds.") from None
    store.save()


def change_settings(store: Store, sent: dict[str, Any]) -> None:
    if unknown := sorted(sent.keys() - SETTERS.keys()):
        raise Mistake(f"Unknown settings: {', '.join(unknown)}. Known: {', '.join(SETTERS)}.")
    for name, value in sent.items():
        try:
            SETTERS[name](store, value)
        except (TypeError, ValueError, ZeroDivisionError):
            raise Mistake(f"{name} cannot be {value!r}.") from None


def _set_flag(name: str) -> Callable[[Store, Any], None]:
    def setter(store: Store, value: Any) -> None:
        if not isinstance(value, bool):
            raise ValueError(name)
        setattr(store.settings, name, value)

    return setter


def _set_rate(name: str) -> Callable[[Store, Any], None]:
    def setter(store: Store, value: Any) -> None:
        rate = None if value is None else float(value)
        if rate is not None and rate <= 0:
            raise ValueError(name)
        setattr(store.settings, name, rate)

    return setter


def _set_speed(store: Store, value: Any) -> None:
    if float(value) <= 0:
        raise ValueError("speed")
    store.change_speed(float(value))


def _set_lag(store: Store, value: Any) -> None:
    store.settings.lag = float(value)


def _set_delays(store: Store, value: Any) -> None:
    wanted = {str(name): float(seconds) for name, seconds in value.items()}
    if unknown := sorted(wanted.keys() - DELAYS.keys()):
        raise Mistake(f"Unknown delays: {', '.join(unknown)}. Known: {', '.join(DELAYS)}.")
    store.settings.delays |= wanted


def _set_words(store: Store, value: Any) -> None:
    wanted = {str(kind): word for kind, word in value.items()}
    if unknown := sorted(wanted.keys() - KINDS_OF_WORDS):
        raise Mistake(f"Unknown kinds: {', '.join(unknown)}. Known: {', '.join(sorted(KINDS_OF_WORDS))}.")
    words = store.settings.words | wanted
    store.settings.words = {kind: str(word) for kind, word in words.items() if word is not None}


SETTERS: dict[str, Callable[[Store, Any], None]] = {
    "uniqueness": _set_flag("uniqueness"),
    "revet_limit": _set_flag("revet_limit"),
    "lists_deleted": _set_flag("lists_deleted"),
    "speed": _set_speed,
    "delays": _set_delays,
    "reads_per_second": _set_rate("reads_per_second"),
    "writes_per_second": _set_rate("writes_per_second"),
    "lag": _set_lag,
    "words": _set_words,
}
