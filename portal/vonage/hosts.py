"""Which host a key may talk to. A key entered for one origin is never shown to another."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from portal.vonage.problems import WrongHost

_DEFAULT_PORTS = {"http": 80, "https": 443}


class Family(StrEnum):
    """Parts of the API that Vonage serves from hosts of their own, to the same key."""

    APPLICATIONS = "applications"
    SUBACCOUNTS = "subaccounts"
    NUMBERS = "numbers"


# The host a key is entered for, and the only other hosts that may see it, each as its API's document names it.
SIBLINGS: Final[Mapping[str, Mapping[Family, str]]] = {
    "https://api-eu.vonage.com": {
        Family.APPLICATIONS: "https://api.nexmo.com",
        Family.SUBACCOUNTS: "https://api.nexmo.com",
        Family.NUMBERS: "https://rest.nexmo.com",
    },
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port: the three that decide who receives a password."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine; a name other than localhost is not resolved to find out."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def origin_of(url: str) -> Origin:
    """The origin of a URL; raises WrongHost for one without scheme or host, or with a password in it."""
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise WrongHost(reason="unreadable") from None
    if scheme not in _DEFAULT_PORTS or not host or "@" in parts.netloc:
        raise WrongHost(reason="unreadable")
    return Origin(scheme, host, port or _DEFAULT_PORTS[scheme])


def require_same_origin(url: str, expected: Origin) -> None:
    """Raise WrongHost unless the URL is of exactly that origin."""
    if origin_of(url) != expected:
        raise WrongHost(reason="other_host")


def require_private(origin: Origin) -> None:
    """Raise WrongHost for plain http to anywhere but this machine: the secret would be readable."""
    if origin.scheme != "https" and not origin.is_loopback:
        raise WrongHost(reason="not_encrypted")


def address_of(family: Family, base_url: str, *, stand_in: bool) -> str:
    """Where a key entered for `base_url` finds a family; a stand-in serves all of them itself.

    Raises WrongHost for a base that the table does not name.
    """
    if stand_in:
        return base_url
    base = origin_of(base_url)
    for known, families in SIBLINGS.items():
        if origin_of(known) == base:
            return families[family]
    raise WrongHost(reason="no_sibling")
