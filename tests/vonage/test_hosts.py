from __future__ import annotations

import pytest

from portal.vonage.hosts import (
    SIBLINGS,
    Family,
    Origin,
    address_of,
    origin_of,
    require_private,
    require_same_origin,
)
from portal.vonage.http import ApiClient
from portal.vonage.problems import WrongHost


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://api-eu.vonage.com", Origin("https", "api-eu.vonage.com", 443)),
        ("HTTPS://API-EU.Vonage.COM:443/v1/10dlc/brands?page=1", Origin("https", "api-eu.vonage.com", 443)),
        ("http://[::1]:8010/", Origin("http", "::1", 8010)),
    ],
)
def test_origin_is_scheme_host_and_port(url: str, origin: Origin) -> None:
    assert origin_of(url) == origin
    assert origin_of(str(origin)) == origin


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api-eu.vonage.com",
        "ftp://x",
        "https://",
        "https://user:pw@host",
        "https://h:99999",
        "https://[::1",
    ],
)
def test_unusable_address_is_refused(url: str) -> None:
    with pytest.raises(WrongHost):
        origin_of(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://api-eu.vonage.com",
        "https://api-eu.vonage.com:8443",
        "https://api.vonage.com",
        "https://api-eu.vonage.com.evil.example",
    ],
)
def test_any_difference_makes_another_origin(url: str) -> None:
    with pytest.raises(WrongHost):
        require_same_origin(url, origin_of("https://api-eu.vonage.com"))


@pytest.mark.parametrize(
    "url", ["https://anywhere.example", "http://127.0.0.1:1", "http://[::1]", "http://localhost"]
)
def test_encrypted_or_local_address_may_receive_a_secret(url: str) -> None:
    require_private(origin_of(url))


@pytest.mark.parametrize("url", ["http://anywhere.example", "http://192.168.1.1", "http://127.0.0.1.example"])
def test_plain_address_elsewhere_may_not(url: str) -> None:
    with pytest.raises(WrongHost):
        require_private(origin_of(url))


def test_every_family_of_a_known_base_has_a_host_of_its_own() -> None:
    for families in SIBLINGS.values():
        assert families.keys() == set(Family)
        for address in families.values():
            require_private(origin_of(address))


def test_key_goes_to_the_documented_sibling_of_its_host() -> None:
    client = ApiClient("https://api-eu.vonage.com", "key", "secret")

    applications = client.at(Family.APPLICATIONS)

    assert str(applications.origin) == "https://api.nexmo.com:443"
    assert applications is client.at(Family.SUBACCOUNTS)
    assert client.at(Family.NUMBERS).origin.host == "rest.nexmo.com"


@pytest.mark.parametrize("base", ["https://api.vonage.com", "https://api-eu.vonage.com.evil.example"])
def test_key_of_an_unknown_host_has_no_siblings(base: str) -> None:
    with pytest.raises(WrongHost):
        ApiClient(base, "key", "secret").at(Family.APPLICATIONS)


def test_stand_in_serves_every_family_itself() -> None:
    client = ApiClient("http://127.0.0.1:8010", "key", "secret")

    assert {client.at(family) for family in Family} == {client}
    assert address_of(Family.NUMBERS, "http://simulator:8010", stand_in=True) == "http://simulator:8010"
