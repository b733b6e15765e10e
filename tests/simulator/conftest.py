"""A simulator in a thread, with a clock that stands still until a test moves it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from simulator.application import Application
from simulator.clock import Clock
from simulator.server import build_server
from simulator.store import Store

NOW = 1_800_000_000.0
KEY = "abcd1234"
BRAND: dict[str, Any] = {
    "account_id": KEY,
    "entity_type": "PRIVATE_PROFIT",
    "display_name": "Harbour",
    "company_name": "Harbour Coffee Ltd",
    "ein": "20-1234567",
    "phone": "12125550100",
    "street": "1 Quay Street",
    "city": "New York",
    "state": "NY",
    "postal_code": "10004",
    "country": "US",
    "email": "legal@harbour.example",
    "website": "https://harbour.example",
}
CAMPAIGN: dict[str, Any] = {
    "account_id": KEY,
    "usecase": "ACCOUNT_NOTIFICATION",
    "description": "Notes about orders and accounts of our customers",
}


class Api:
    """The API as one key sees it."""

    def __init__(self, url: str, key: str = KEY, secret: str = "secret") -> None:
        self.root = f"{url}/v1/10dlc"
        self.auth = (key, secret)

    def __call__(self, method: str, path: str, json: Any = None, **options: Any) -> requests.Response:
        options.setdefault("auth", self.auth)
        return requests.request(
            method, self.root + path, json=json, timeout=10, allow_redirects=False, **options
        )


class Stage:
    """A running simulator, its API as the usual key, and shortcuts to the places a test starts from."""

    def __init__(self, application: Application, url: str) -> None:
        self.application = application
        self.store = application.store
        self.url = url
        self.api = Api(url)

    def advance(self, seconds: float) -> None:
        self.store.clock.advance(seconds)

    def control(self, path: str, body: Any = None, method: str | None = None, status: int = 200) -> Any:
        verb = method or ("GET" if body is None else "POST")
        answer = requests.request(verb, f"{self.url}/_simulator/{path}", json=body, timeout=10)
        assert answer.status_code == status, answer.text
        return answer.json()

    def ledger(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.control("ledger")["rows"]
        return rows

    def brand(self, **fields: Any) -> str:
        """A new brand; its id."""
        answer = self.api("POST", "/brands", BRAND | fields)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["brand_id"])

    def verified(self, **fields: Any) -> str:
        brand_id = self.brand(**fields)
        self.advance(20)
        return brand_id

    def qualified(self, usecase: str = "ACCOUNT_NOTIFICATION", **fields: Any) -> str:
        brand_id = self.verified(**fields)
        answer = self.api("GET", f"/brands/{brand_id}/usecases/{usecase}")
        assert answer.status_code == 200, answer.text
        return brand_id

    def campaign(self, **fields: Any) -> str:
        """The path of a new campaign of a new brand, still in review."""
        brand_id = self.qualified()
        answer = self.api("POST", f"/brands/{brand_id}/campaigns", CAMPAIGN | fields)
        assert answer.status_code == 201, answer.text
        return f"/brands/{brand_id}/campaigns/{answer.json()['campaign_id']}"

    def active_campaign(self, **fields: Any) -> str:
        path = self.campaign(**fields)
        self.advance(30)
        return path


def serve(application: Application) -> Iterator[str]:
    server = build_server(application)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    application.faults.clear()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def stage() -> Iterator[Stage]:
    application = Application(Store(Clock(lambda: NOW)))
    for url in serve(application):
        yield Stage(application, url)


@pytest.fixture
def api(stage: Stage) -> Api:
    return stage.api


def kind(answer: requests.Response) -> str:
    """The fragment of a problem's type, which is what clients match."""
    return str(answer.json()["type"].partition("#")[2])


def invalid_fields(answer: requests.Response) -> list[str]:
    return sorted(entry["field"] for entry in answer.json()["invalid_parameters"])
