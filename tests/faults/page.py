"""The portal over plain HTTP, as a person's browser without scripts uses it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import requests

PASSWORD = "try-the-portal"


class Page:
    """One signed-in session; forms are sent with what their pages carry in hidden inputs."""

    def __init__(self, url: str, email: str = "casey@example.com", *, patience: float = 20) -> None:
        self.url, self.patience = url, patience
        self.session = requests.Session()
        self.session.trust_env = False
        self.get("/me/login/")
        self.post("/me/login/", login=email, password=PASSWORD)

    def get(self, path: str) -> requests.Response:
        return self._seen(self.session.get(f"{self.url}{path}", timeout=self.patience))

    def post(self, path: str, **fields: Any) -> requests.Response:
        """Send a form; the answer is the page it leads to."""
        token = self.session.cookies["csrftoken"]
        return self._seen(
            self.session.post(
                f"{self.url}{path}",
                data={**fields, "csrfmiddlewaretoken": token},
                headers={"Referer": self.url},
                timeout=self.patience,
            )
        )

    @staticmethod
    def _seen(answer: requests.Response) -> requests.Response:
        assert answer.status_code == 200, f"{answer.request.method} {answer.url}: {answer.status_code}"
        return answer


def hidden(answer: requests.Response) -> dict[str, str]:
    """The hidden inputs of a page, without the token against forged requests."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", answer.text):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if attributes.get("type") == "hidden" and attributes.get("name", "csrfmiddlewaretoken")[:4] != "csrf":
            found[attributes["name"]] = unescape(attributes.get("value", ""))
    return found


def chosen(answer: requests.Response, name: str) -> str:
    """What a page has preselected in a list, or its first choice with a value."""
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', answer.text, re.S)
    assert select is not None, f"no list {name} on {answer.url}"
    options = re.findall(r'<option value="(\d+)"([^>]*)>', select[0])
    preselected = [value for value, rest in options if "selected" in rest]
    first: str = (preselected or [value for value, _ in options])[0]
    return first
