"""Where a key and its secret may go: to the host they were entered for, and into no text at all."""

from __future__ import annotations

import base64
import logging

import pytest

from portal.vonage.http import ApiClient, Credentials
from portal.vonage.outcomes import Outcome
from portal.vonage.problems import MissingSecret, VonageError, WrongHost
from tests.vonage.raw_server import RawServer, answers, resets
from tests.vonage.test_http import KEY, SECRET, client_of, failure_of


def test_key_entered_for_another_host_is_refused_before_anything_is_sent() -> None:
    with RawServer(answers(200, {})) as server:
        with pytest.raises(WrongHost) as caught:
            ApiClient(server.url, KEY, SECRET, entered_for="https://api-eu.vonage.com")
        assert (caught.value.outcome, caught.value.permanent) == (Outcome.NOT_SENT, True)
        assert server.connections == 0


@pytest.mark.parametrize("template", ["@evil.example/x", ".evil.example/x", ":1/x"])
def test_path_cannot_lead_to_another_host(template: str) -> None:
    with pytest.raises(WrongHost):
        client_of("http://127.0.0.1").call("GET", template)


@pytest.mark.parametrize(
    "url", ["http://api-eu.vonage.com", "http://10.0.0.1", "http://localhost.evil.example"]
)
def test_plain_http_to_another_machine_is_refused(url: str) -> None:
    with pytest.raises(WrongHost) as caught:
        client_of(url)

    assert caught.value.reason == "not_encrypted"


def test_key_without_a_secret_sends_nothing() -> None:
    with RawServer(answers(200, {})) as server, pytest.raises(MissingSecret):
        ApiClient(server.url, KEY, "").call("GET", "/v1/x")

    assert server.connections == 0


def test_environment_is_ignored_unless_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w") as file:
        file.write("machine 127.0.0.1 login thief password thief\n")
    monkeypatch.setenv("NETRC", netrc)
    with RawServer(answers(200, {})) as server:
        for trust in (False, True):
            ApiClient(server.url, KEY, SECRET, trust_env=trust).call("GET", "/v1/x")
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("NO_PROXY", "")
        client_of(server.url).call("GET", "/v1/x")

    token = base64.b64encode(f"{KEY}:{SECRET}".encode())
    assert len(server.requests) == 3
    assert all(b"Basic " + token in request for request in server.requests)


def test_nothing_that_is_printed_or_logged_holds_key_or_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    seen = []
    for script in (answers(200, {"a": 1}), resets, answers(401, {}), answers(500)):
        with RawServer(script) as server:
            client = client_of(server.url)
            seen += [repr(client), str(client)]
            try:
                client.call("POST", "/v1/{id}", ids={"id": "14155550110"}, body={"email": "a@example.com"})
            except VonageError as error:
                seen += [repr(error), str(error), str(error.for_people()), repr(error.__context__)]
    seen += [repr(Credentials(KEY, SECRET)), str(Credentials(KEY, SECRET))]

    ours = [record.getMessage() for record in caplog.records if record.name == "portal.vonage"]
    everything = " ".join([*seen, *(record.getMessage() for record in caplog.records)])
    assert len(ours) == 4
    assert all("POST /v1/{id}" in line and "ms=" in line for line in ours)
    assert "14155550110" not in " ".join(ours)
    for secret in (KEY, SECRET, base64.b64encode(f"{KEY}:{SECRET}".encode()).decode(), "a@example.com"):
        assert secret not in everything


def test_log_line_quotes_the_instance(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    failure_of(answers(404, {"type": "https://x#not-found", "instance": "797a8f199c45"}))

    assert "POST /v1/x status=404 result=not_found" in caplog.text
    assert "instance=797a8f199c45" in caplog.text
