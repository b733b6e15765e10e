"""Nothing a customer types, publishes or answers makes us connect to an address that is not public.

What sockets did is read from Python's audit events, below every library.
"""

from __future__ import annotations

import pytest

from portal.reach import network
from portal.reach.enums import Outcome
from portal.reach.fetch import check_url
from portal.reach.network import Network
from tests.reach.tricks import PRIVATE, REFUSED, SPLIT
from tests.reach.web import PUBLIC, Website, connections, redirect


def never(host: str, _port: int, _seconds: float) -> list[str]:
    raise AssertionError(f"{host!r} was resolved")


def test_the_corpus_is_large() -> None:
    assert len(set(REFUSED) | set(SPLIT)) >= 150
    assert len(set(PRIVATE)) >= 110


@pytest.mark.parametrize("url", [*REFUSED, *SPLIT])
def test_refused_address_is_neither_resolved_nor_called(url: str) -> None:
    with connections() as seen:
        found = check_url(url, Network(resolve=never))

    assert found.outcome == Outcome.BAD_ADDRESS
    assert seen == []


@pytest.mark.parametrize("address", PRIVATE)
def test_private_address_behind_a_good_name_is_not_called(address: str) -> None:
    """The real connection would be made if it were let through, also beside a public address."""
    for answers in ([address], [PUBLIC, address], [address, PUBLIC], ["2606:4700::6810:84e5", address]):
        with connections() as seen:
            found = check_url("https://good.org/privacy", Network(resolve=lambda *_, got=answers: got))
        assert (found.outcome, seen) == (Outcome.NOT_PUBLIC, [])


@pytest.mark.parametrize(
    "location", [url for url in REFUSED if url.startswith(("http", "//", "file", "gopher"))]
)
def test_redirect_to_a_refused_address_is_not_followed(website: Website, location: str) -> None:
    website.answers["/"] = redirect(location) if location.isascii() else redirect("http://127.0.0.1/")

    with connections() as seen:
        found = check_url("http://good.org/", website.network())

    # A path on the same site is the most some of these can be read as.
    assert found.outcome in (Outcome.BAD_REDIRECT, Outcome.LOST, Outcome.PAGE)
    assert set(website.resolved) == {"good.org"}
    assert {place[:2] for place in seen} == {website.place}
    assert found.final_url.startswith("http://good.org/")


@pytest.mark.parametrize("address", PRIVATE[::4])
def test_redirect_to_a_name_that_leads_inside_is_not_followed(website: Website, address: str) -> None:
    website.names["evil.org"] = [address]
    website.answers["/"] = redirect("https://evil.org/latest/meta-data/")

    with connections() as seen:
        found = check_url("http://good.org/", website.network())

    assert (found.outcome, found.final_url) == (Outcome.NOT_PUBLIC, "https://evil.org/latest/meta-data/")
    assert website.connected == [PUBLIC]
    assert [place[:2] for place in seen] == [website.place]


def test_rebinding_between_check_and_connection_finds_nothing_to_rebind(website: Website) -> None:
    """A name is asked for once a hop, and the connection goes to the address that was checked, not to the name."""
    answers = iter([[PUBLIC], ["127.0.0.1"], ["169.254.169.254"]])
    rebinding = website.network(resolve=lambda *_: next(answers))

    assert check_url("http://rebind.org/", rebinding).outcome == Outcome.PAGE
    assert website.connected == [PUBLIC]
    website.answers["/"] = redirect("/again")
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    found = check_url("http://rebind.org/", website.network(resolve=lambda *_: next(answers)))
    assert found.outcome == Outcome.NOT_PUBLIC
    assert website.connected == [PUBLIC, PUBLIC]


@pytest.mark.parametrize("address", [PUBLIC, "2606:4700::6810:84e5", "64:ff9b::5db8:d70e"])
def test_real_connection_is_made_to_the_very_address(address: str) -> None:
    """With the real connector; there may be no way out of here, but what was tried is seen all the same."""
    short = Network(
        resolve=lambda *_: [address], connect=lambda to, port, _seconds: network.connect(to, port, 0.2)
    )

    with connections() as seen:
        check_url("https://good.org/", short)

    assert [place[:2] for place in seen] in ([(address, 443)], [])


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"])
def test_proxies_of_the_environment_are_not_used(
    website: Website, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")

    with connections() as seen:
        assert check_url("http://good.org/", website.network()).outcome == Outcome.PAGE
    assert [place[:2] for place in seen] == [website.place]
