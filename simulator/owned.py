"""The Numbers API's list of the numbers a key owns; another API beside the 10DLC one, with manners of its own."""

from __future__ import annotations

from typing import Any

from simulator import problems
from simulator.call import Answer, Call
from simulator.problems import Invalid, Problem
from simulator.records import Owned
from simulator.staging import Mistake
from simulator.store import Store

SIZE, MAX_SIZE = 10, 100
KNOWN = frozenset({"key", "numbers", "first", "count", "country", "type", "features"})
SEARCHES = {"0": str.startswith, "1": str.__contains__, "2": str.endswith}
PARAMETERS = frozenset(
    {"application_id", "has_application", "country", "pattern", "search_pattern", "size", "index"}
)


def list_owned(call: Call) -> Answer:
    """An empty result is `{}`, without a count: so the API really answers."""
    if unknown := sorted(call.query.keys() - PARAMETERS):
        raise problems.invalid_data("number", [Invalid.not_valid(name) for name in unknown])
    size, index = _whole(call, "size", SIZE), _whole(call, "index", 1)
    found = [one for one in _of_key(call.store, call.key) if _fits(one, call)]
    if not found:
        return Answer(200, {})
    start = (index - 1) * min(size, MAX_SIZE)
    return Answer(
        200,
        {"count": len(found), "numbers": [_body(one) for one in found[start : start + min(size, MAX_SIZE)]]},
    )


def refusal(problem: Problem) -> dict[str, Any]:
    """This API's way of saying no: no problem document."""
    return {"error-code": str(problem.status), "error-code-label": problem.title.lower()}


def _whole(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 1_000_000):
        raise problems.invalid_data("number", [Invalid.not_valid(name)])
    return int(text)


def _of_key(store: Store, key: str) -> list[Owned]:
    """What was planted, and whatever is linked: only owned numbers can be."""
    owned = {one.msisdn: one for one in store.owned.values() if one.key == key}
    for one in store.numbers.values():
        if one.key == key:
            owned.setdefault(one.number, Owned(one.number, key, one.country))
    return [owned[msisdn] for msisdn in sorted(owned)]


def _fits(one: Owned, call: Call) -> bool:
    pattern = call.query.get("pattern", "")
    search = SEARCHES.get(call.query.get("search_pattern", "0"), str.startswith)
    country = call.query.get("country", one.country)
    return one.country == country and (not pattern or search(one.msisdn, pattern))


def _body(one: Owned) -> dict[str, Any]:
    return {
        "country": one.country,
        "msisdn": one.msisdn,
        "moHttpUrl": "",
        "type": one.type,
        "features": list(one.features),
        "messagesCallbackType": "app",
        "voiceCallbackType": "app",
    }


def plant(store: Store, sent: dict[str, Any]) -> list[dict[str, Any]]:
    """Numbers of `key`: those named in `numbers`, or `count` of them counted up from `first`."""
    if unknown := sorted(sent.keys() - KNOWN):
        raise Mistake(f"Unknown: {', '.join(unknown)}. Known: {', '.join(sorted(KNOWN))}.")
    if not isinstance(sent.get("key"), str):
        raise Mistake("key must be the API key that owns the numbers.")
    first = int(sent.get("first", 12015550100))
    named = [str(one) for one in sent.get("numbers", [])] or [
        str(first + step) for step in range(int(sent.get("count", 1)))
    ]
    more = {name: sent[name] for name in ("country", "type", "features") if name in sent}
    planted = [Owned(msisdn, sent["key"], **more) for msisdn in named]
    store.owned |= {one.place: one for one in planted}
    store.save()
    return [_body(one) for one in planted]
