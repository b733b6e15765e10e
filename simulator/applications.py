"""Vonage applications (Applications API v2) and the subaccounts of a key."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from simulator import bodies, problems, triggers
from simulator.call import PAGE_SIZE, Answer, Call, parse
from simulator.problems import Invalid
from simulator.records import Application
from simulator.store import Store
from simulator.vocabulary import APPLICATION_CAPABILITIES, NETWORK_OPTIONS

MAX_PAGE_SIZE = 100
GENERATED = {
    "public_key": "-----BEGIN PUBLIC KEY-----\nc2ltdWxhdGVk\n-----END PUBLIC KEY-----\n",
    "private_key": "-----BEGIN PRIVATE KEY-----\nc2ltdWxhdGVk\n-----END PRIVATE KEY-----\n",
}


def list_applications(call: Call) -> Answer:
    """A page size over the most is refused here, unlike at 10DLC."""
    page, size = _paging(call)
    store = call.store
    mine = [one for one in store.applications.values() if one.key == call.key and store.visible(one.created)]
    listing = bodies.page("applications", mine, bodies.application, page, size)
    listing["_links"] = bodies.page_links(listing, bodies.APPLICATIONS)
    return Answer(200, listing)


def create_application(call: Call) -> Answer:
    """Without a public key a pair is made, and its private half is shown this once."""
    sent = _sent(call)
    generated = {} if "public_key" in sent.get("keys", {}) else GENERATED
    application = add_application(call.store, call.key, sent)
    call.effect(application_id=application.application_id)
    body = bodies.application(application)
    return Answer(201, body | {"keys": body["keys"] | generated})


def add_application(store: Store, key: str, sent: Mapping[str, Any], application_id: str = "") -> Application:
    """Put one in; what may be used for AI is on unless the request says otherwise, as documented."""
    created = Application(application_id or str(uuid.uuid4()), key, {}, store.now())
    created.fields = _whole(sent, improve_ai=True)
    if not created.fields["keys"]:
        created.fields["keys"] = {"public_key": GENERATED["public_key"]}
    store.applications[created.application_id] = created
    return created


def read_application(call: Call, application_id: str) -> Answer:
    return Answer(200, bodies.application(_find(call, application_id)))


def replace_application(call: Call, application_id: str) -> Answer:
    """PUT replaces everything: what is left out of the body is gone, the public key excepted."""
    application = _find(call, application_id)
    keys = application.fields["keys"]
    application.fields = _whole(_sent(call), improve_ai=False)
    application.fields["keys"] = application.fields["keys"] or keys
    call.effect(application_id=application_id)
    return Answer(200, bodies.application(application))


def delete_application(call: Call, application_id: str) -> Answer:
    del call.store.applications[_find(call, application_id).application_id]
    call.effect(application_id=application_id)
    return Answer(204)


def list_subaccounts(call: Call, api_key: str) -> Answer:
    """Only keys that were provisioned behind the stage may ask; everybody else is told so."""
    if api_key != call.key:
        raise problems.invalid_api_key(api_key)
    if api_key not in call.store.subaccounts:
        raise problems.unprovisioned(api_key)
    return Answer(200, bodies.subaccounts(api_key, call.store.subaccounts[api_key]))


def _find(call: Call, application_id: str) -> Application:
    found = call.store.applications.get(application_id)
    hidden = found is not None and call.row is None and not call.store.visible(found.created)
    if found is None or found.key != call.key or hidden:
        raise problems.not_found(application_id)
    return found


def _whole(sent: Mapping[str, Any], *, improve_ai: bool) -> dict[str, Any]:
    return {
        "name": sent["name"],
        "keys": {name: text for name, text in sent.get("keys", {}).items() if name == "public_key"},
        "capabilities": sent.get("capabilities", {}),
        "privacy": {"improve_ai": improve_ai} | sent.get("privacy", {}),
    }


def _paging(call: Call) -> tuple[int, int]:
    values = {"page": 1, "page_size": PAGE_SIZE}
    most = {"page": 999_999, "page_size": MAX_PAGE_SIZE}
    found = [Invalid(name, "is not a known field") for name in call.query if name not in values]
    for name in values.keys() & call.query.keys():
        text = call.query[name]
        if text.isascii() and text.isdecimal() and 0 < int(text) <= most[name]:
            values[name] = int(text)
        else:
            found.append(Invalid(name, f"must be between 1 and {most[name]}"))
    if found:
        raise problems.not_validated("list", found)
    return values["page"], values["page_size"]


def _sent(call: Call) -> dict[str, Any]:
    body = parse(call.data)
    found = [Invalid(name, "is not a known field") for name in body if name not in CHECKS]
    found += [one for name, check in CHECKS.items() if name in body for one in check(body[name])]
    if "name" not in body:
        found.append(Invalid("name", "is required"))
    if not found and "refuse" in triggers.words(body["name"]):
        found.append(Invalid("name", "is not allowed"))
    if found:
        raise problems.not_validated("payload", found)
    return body


def _check_name(value: Any) -> list[Invalid]:
    good = isinstance(value, str) and value.strip()
    return [] if good else [Invalid("name", "must be a text that is not empty")]


def _check_keys(value: Any) -> list[Invalid]:
    if not isinstance(value, dict) or set(value) - {"public_key"}:
        return [Invalid("keys", "must be an object with a public_key")]
    text = value.get("public_key", GENERATED["public_key"])
    good = isinstance(text, str) and text.lstrip().startswith("-----BEGIN PUBLIC KEY-----")
    return [] if good else [Invalid("keys.public_key", "must be a public key in PEM form")]


def _check_capabilities(value: Any) -> list[Invalid]:
    if not isinstance(value, dict):
        return [Invalid("capabilities", "must be an object")]
    found = [
        Invalid(f"capabilities.{name}", "is not a known capability")
        for name, options in value.items()
        if name not in APPLICATION_CAPABILITIES or not isinstance(options, dict)
    ]
    options = value.get("network_apis")
    for name, text in options.items() if isinstance(options, dict) else ():
        if name not in NETWORK_OPTIONS or not isinstance(text, str) or not text.strip():
            found.append(Invalid(f"capabilities.network_apis.{name}", "must be a known field with a text"))
    return found


def _check_privacy(value: Any) -> list[Invalid]:
    good = isinstance(value, dict) and all(
        name == "improve_ai" and isinstance(one, bool) for name, one in value.items()
    )
    return [] if good else [Invalid("privacy.improve_ai", "must be true or false")]


CHECKS: dict[str, Callable[[Any], list[Invalid]]] = {
    "name": _check_name,
    "keys": _check_keys,
    "capabilities": _check_capabilities,
    "privacy": _check_privacy,
}
