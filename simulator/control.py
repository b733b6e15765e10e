"""`/_simulator/`: the strings behind the stage. No credentials, JSON both ways."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from simulator import bodies, owned, seeds, staging
from simulator.faults import BadFault, Faults
from simulator.staging import Mistake
from simulator.store import Store

PREFIX = "/_simulator/"
URLS = Map(
    [
        Rule(PREFIX + path, methods=[method], endpoint=name)
        for method, path, name in (
            ("POST", "status", "set_status"),
            ("POST", "remove", "remove"),
            ("POST", "brands", "seed"),
            ("POST", "numbers", "seed_numbers"),
            ("POST", "applications", "seed_application"),
            ("POST", "subaccounts", "provision"),
            ("GET", "faults", "list_faults"),
            ("POST", "faults", "add_fault"),
            ("DELETE", "faults", "clear_faults"),
            ("GET", "ledger", "ledger"),
            ("DELETE", "ledger", "clear_ledger"),
            ("GET", "objects", "objects"),
            ("GET", "settings", "settings"),
            ("POST", "settings", "change_settings"),
            ("GET", "clock", "clock"),
            ("POST", "clock", "advance_clock"),
            ("POST", "reset", "reset"),
        )
    ]
)


def answer(request: Request, store: Store, faults: Faults) -> Response:
    try:
        name, _ = URLS.bind_to_environ(request.environ).match()
        sent = json.loads(request.get_data() or b"{}")
        if not isinstance(sent, dict):
            raise Mistake("The body must be a JSON object.")
        with store.lock:
            return _json(200, ACTIONS[name](request, sent, store, faults))
    except (Mistake, BadFault, ValueError) as mistake:
        return _json(400, {"error": str(mistake)})
    except HTTPException as problem:
        return _json(problem.code or 500, {"error": problem.name})


def _json(status: int, body: Any) -> Response:
    return Response(json.dumps(body, indent=1) + "\n", status, content_type="application/json")


def _set_status(_: Request, sent: dict[str, Any], store: Store, __: Faults) -> Any:
    return staging.set_status(store, sent)


def _remove(_: Request, sent: dict[str, Any], store: Store, __: Faults) -> Any:
    return staging.remove(store, sent)


def _seed(_: Request, sent: dict[str, Any], store: Store, __: Faults) -> Any:
    return {"brands": seeds.plant(store, sent)}


def _seed_numbers(_: Request, sent: dict[str, Any], store: Store, __: Faults) -> Any:
    return {"numbers": owned.plant(store, sent)}


def _seed_application(_: Request, sent: dict[str, Any], store: Store, __: Faults) -> Any:
    return seeds.plant_application(store, sent)


def _provision(_: Request, sent: dict[str, Any], store: Store, __: Faults) -> Any:
    return seeds.provision(store, sent)


def _list_faults(_: Request, __: dict[str, Any], ___: Store, faults: Faults) -> Any:
    return {"faults": faults.listed()}


def _add_fault(_: Request, sent: dict[str, Any], __: Store, faults: Faults) -> Any:
    return asdict(faults.add(sent))


def _clear_faults(_: Request, __: dict[str, Any], ___: Store, faults: Faults) -> Any:
    faults.clear()
    return {"faults": []}


def _ledger(request: Request, _: dict[str, Any], store: Store, __: Faults) -> Any:
    """Rows oldest first; `effects` counts what was done among the rows asked for, `seq` is the last of all."""
    wanted = request.args
    rows = [
        row
        for row in store.ledger
        if row.operation == wanted.get("operation", row.operation)
        and row.key == wanted.get("key", row.key)
        and str(row.effect).lower() == wanted.get("effect", str(row.effect)).lower()
        and row.seq > int(wanted.get("since", 0))
    ]
    return {
        "rows": [asdict(row) for row in rows],
        "received": len(rows),
        "effects": sum(row.effect for row in rows),
        "reads": dict(store.reads),
        "seq": store.seq,
    }


def _clear_ledger(_: Request, __: dict[str, Any], store: Store, ___: Faults) -> Any:
    store.ledger.clear()
    store.reads.clear()
    store.save()
    return {"rows": []}


def _objects(_: Request, __: dict[str, Any], store: Store, ___: Faults) -> Any:
    """Everything of every key as the API would show it, and the key that owns it."""
    return {
        "brands": [
            bodies.brand(store, one) | {"key": one.key, "qualified": one.qualified, "revetted": one.revetted}
            for one in store.brands.values()
        ],
        "vettings": [
            bodies.vetting(store, one) | {"key": one.key, "brand_id": one.brand_id}
            for one in store.vettings.values()
        ],
        "campaigns": [bodies.campaign(store, one) | {"key": one.key} for one in store.campaigns.values()],
        "numbers": [
            bodies.number(store, one) | {"key": one.key, "campaign_id": one.campaign_id}
            for one in store.numbers.values()
        ],
        "applications": [bodies.application(one) | {"key": one.key} for one in store.applications.values()],
    }


def _settings(_: Request, __: dict[str, Any], store: Store, ___: Faults) -> Any:
    return asdict(store.settings)


def _change_settings(_: Request, sent: dict[str, Any], store: Store, __: Faults) -> Any:
    staging.change_settings(store, sent)
    return asdict(store.settings)


def _clock(_: Request, __: dict[str, Any], store: Store, ___: Faults) -> Any:
    return {"now": store.now(), "offset": store.clock.offset}


def _advance_clock(_: Request, sent: dict[str, Any], store: Store, __: Faults) -> Any:
    staging.advance_clock(store, sent)
    return {"now": store.now(), "offset": store.clock.offset}


def _reset(_: Request, __: dict[str, Any], store: Store, faults: Faults) -> Any:
    """Objects, ledger, faults and clock; settings go back to those of the command line."""
    faults.clear()
    store.reset()
    return {"reset": True}


ACTIONS: dict[str, Callable[[Request, dict[str, Any], Store, Faults], Any]] = {
    "set_status": _set_status,
    "remove": _remove,
    "seed": _seed,
    "seed_numbers": _seed_numbers,
    "seed_application": _seed_application,
    "provision": _provision,
    "list_faults": _list_faults,
    "add_fault": _add_fault,
    "clear_faults": _clear_faults,
    "ledger": _ledger,
    "clear_ledger": _clear_ledger,
    "objects": _objects,
    "settings": _settings,
    "change_settings": _change_settings,
    "clock": _clock,
    "advance_clock": _advance_clock,
    "reset": _reset,
}
