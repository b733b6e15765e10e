"""Which IP addresses belong to the public internet; whatever is not surely public is not public."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

# Beyond what Python knows as private: protocol assignments, 6to4 relays, AS112 sinks and Azure's metadata
# service, all of which count as global.
CLOSED_V4: Final = tuple(
    map(
        IPv4Network,
        (
            "192.0.0.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.175.48.0/24",
            "168.63.129.16/32",
        ),
    )
)
# Global unicast is 2000::/3; within it protocol assignments (Teredo among them), documentation, 6to4, AS112.
UNICAST: Final = IPv6Network("2000::/3")
CLOSED_V6: Final = tuple(
    map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48"))
)
NAT64: Final = IPv6Network("64:ff9b::/96")
ISATAP: Final = frozenset({0x0000_5EFE, 0x0200_5EFE})


def is_public(text: str) -> bool:
    """Whether an address, as a resolver wrote it, may be connected to. What cannot be read may not."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return _is_public_v4(address) if isinstance(address, IPv4Address) else _is_public_v6(address)


def _is_public_v4(address: IPv4Address) -> bool:
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not is_special and not any(address in net for net in CLOSED_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    if address in NAT64:  # how a network without IPv4 names every IPv4 host
        return _is_public_v4(IPv4Address(int(address) & 0xFFFF_FFFF))
    if (int(address) >> 32) & 0xFFFF_FFFF in ISATAP:
        return False
    is_special = address.is_multicast or address.is_reserved or address.is_site_local
    is_plain = address in UNICAST and not any(address in net for net in CLOSED_V6)
    return address.is_global and is_plain and not is_special
