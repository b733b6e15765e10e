"""What a form says of an address before anybody looks at it."""

from __future__ import annotations

import pytest

from portal.reach.syntax import MAX_URL, BadUrl, UrlProblems, read_url, url_problems
from tests.reach.tricks import REFUSED, SPLIT


@pytest.mark.parametrize(
    "url",
    [
        "https://good.org",
        " https://www.good.org/privacy ",
        "HTTPS://GOOD.ORG/Terms?lang=en&x=%20#top",
        "https://good.org:443/",
        "https://bücher.de/Datenschutz-Erklärung",
        "https://xn--bcher-kva.de/",
        "https://a_b.good.co.uk/~user/(1),2;v=3!",
        "https://good.org/@handle/policy:1",
        "https://1and1.com/",
        "https://example.museum/",
        f"https://good.org/{'a' * (MAX_URL - 17)}",
    ],
)
def test_public_address_has_no_problems(url: str) -> None:
    assert url_problems(url) == UrlProblems()


def test_plain_http_passes_with_a_warning() -> None:
    found = url_problems("http://good.org/terms")

    assert found.errors == ()
    assert len(found.warnings) == 1
    assert "https://" in found.warnings[0]


@pytest.mark.parametrize("url", ["", *REFUSED, *SPLIT])
def test_everything_else_is_an_error_in_words(url: str) -> None:
    found = url_problems(url)

    assert len(found.errors) == 1
    assert found.errors[0].endswith(".")
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("good.org/privacy", "beginning with https://"),
        ("https://good.org/my policy", "a space or another character"),
        ("https://me:secret@good.org/", "user name or password"),
        ("https://good.org:8443/", "Leave the port out"),
        ("https://10.0.0.1/", "instead of an IP address"),
        ("https://[::1]/", "instead of an IP address"),
        ("https://intranet/", "private network only"),
        ("https://good..org/", "cannot be read"),
        (f"https://good.org/{'a' * MAX_URL}", "longer than 600"),
    ],
)
def test_error_says_what_to_change(url: str, said: str) -> None:
    assert said in url_problems(url).errors[0]


def test_secret_in_an_address_is_not_repeated() -> None:
    with pytest.raises(BadUrl) as caught:
        read_url("https://me:hunter2@good.org/")
    assert "hunter2" not in str(caught.value)


def test_read_url_takes_it_apart_for_asking() -> None:
    target = read_url("http://Good.ORG.:443/ä?q=ü#x")

    assert (target.scheme, target.host, target.port) == ("http", "good.org", 443)
    assert target.path == "/%C3%A4?q=%C3%BC"
    assert target.url == "http://good.org:443/%C3%A4?q=%C3%BC"
