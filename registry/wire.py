"""Vonage applications and subaccounts in the provider's spelling: tolerant on the way in, strict on the way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self

from portal.vonage.values import boolean, moment, record, records, text

NETWORK_APIS: Final = "network_apis"
APPLICATION_FIELDS: Final = frozenset({"name", "keys", "capabilities", "privacy"})


@dataclass(frozen=True, slots=True)
class Application:
    """One application. `capabilities` is everything it can do, as it came, so that a PUT can give it back.

    A private key in an answer is dropped here, before anything can keep it.
    """

    id: str = ""
    name: str = ""
    public_key: str = field(default="", repr=False)
    capabilities: Mapping[str, Any] = field(default_factory=dict)
    improve_ai: bool | None = None
    raw: Any = field(default=None, compare=False, repr=False)

    @classmethod
    def from_json(cls, value: object) -> Self:
        source = record(value)
        keys = record(source.get("keys"))
        return cls(
            id=text(source.get("id")),
            name=text(source.get("name")),
            public_key=text(keys.get("public_key")),
            capabilities=dict(record(source.get("capabilities"))),
            improve_ai=boolean(record(source.get("privacy")).get("improve_ai")),
            raw=_without_private_key(value),
        )

    @property
    def has_network_apis(self) -> bool:
        """An empty object is the capability too."""
        return isinstance(self.capabilities.get(NETWORK_APIS), dict)

    @property
    def network_application_id(self) -> str:
        return text(record(self.capabilities.get(NETWORK_APIS)).get("network_application_id"))

    @property
    def redirect_uri(self) -> str:
        return text(record(self.capabilities.get(NETWORK_APIS)).get("redirect_uri"))


def _without_private_key(value: object) -> object:
    """The answer without what must never rest anywhere; all else as it came."""
    if not isinstance(value, dict) or not isinstance(value.get("keys"), dict):
        return value
    keys = {name: one for name, one in value["keys"].items() if name != "private_key"}
    return {**value, "keys": keys}


@dataclass(frozen=True, slots=True)
class Subaccount:
    """One API key of an account, the primary one or one below it."""

    api_key: str = ""
    name: str = ""
    primary_account_api_key: str = ""
    suspended: bool | None = None
    created_at: datetime | None = None
    raw: Any = field(default=None, compare=False, repr=False)

    @classmethod
    def from_json(cls, value: object) -> Self:
        source = record(value)
        return cls(
            api_key=text(source.get("api_key")),
            name=text(source.get("name")),
            primary_account_api_key=text(source.get("primary_account_api_key")),
            suspended=boolean(source.get("suspended")),
            created_at=moment(source.get("created_at")),
            raw=value,
        )


@dataclass(frozen=True, slots=True)
class Subaccounts:
    """The keys of an account. `well_formed` is false if the answer does not say plainly which there are."""

    primary: Subaccount = field(default_factory=Subaccount)
    subaccounts: tuple[Subaccount, ...] = ()
    well_formed: bool = False
    raw: Any = field(default=None, compare=False, repr=False)

    @classmethod
    def from_json(cls, value: object) -> Self:
        embedded = record(record(value).get("_embedded"))
        listed = embedded.get("subaccounts")
        return cls(
            primary=Subaccount.from_json(embedded.get("primary_account")),
            subaccounts=tuple(map(Subaccount.from_json, records(listed))),
            well_formed=isinstance(listed, list) and all(isinstance(one, dict) for one in listed),
            raw=value,
        )


def application_body(
    *, name: str, public_key: str, capabilities: Mapping[str, Any], improve_ai: bool
) -> dict[str, Any]:
    """What creates or replaces an application, whole: a PUT wipes what it does not name.

    `improve_ai` is always sent, since Vonage's default is yes.
    """
    if not name.strip():
        raise ValueError("an application needs a name")
    body: dict[str, Any] = {
        "name": name.strip(),
        "capabilities": dict(capabilities),
        "privacy": {"improve_ai": improve_ai},
    }
    if public_key:
        body["keys"] = {"public_key": public_key}
    return body


def network_apis(*, network_application_id: str, redirect_uri: str = "") -> dict[str, str]:
    """The capability Network Registry, with nothing empty in it."""
    if not network_application_id:
        raise ValueError("the capability needs the id of a network application")
    options = {"network_application_id": network_application_id, "redirect_uri": redirect_uri}
    return {name: value for name, value in options.items() if value}


def require_application(body: Mapping[str, object]) -> None:
    """Raise ValueError for a field no application has, and for any private key."""
    surplus = sorted(set(body) - APPLICATION_FIELDS)
    keys = record(body.get("keys"))
    surplus += sorted(set(keys) - {"public_key"})
    if surplus or "PRIVATE" in text(keys.get("public_key")):
        raise ValueError(f"not a field of this request: {', '.join(surplus) or 'a private key'}")
