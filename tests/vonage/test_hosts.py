from __future__ import annotations

import pytest

from portal.vonage.hosts import Origin, origin_of, require_private, require_same_origin
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
