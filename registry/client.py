"""The Applications and Subaccounts APIs, one typed method an endpoint.

Bodies are built by wire; one with a field its operation does not document raises ValueError before anything
is sent. An answer without what it promises (an id, a list) raises AnswerLost. Links are never followed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from portal.vonage.hosts import Family
from portal.vonage.http import Answer, ApiClient
from portal.vonage.lists import Page, Walk
from portal.vonage.problems import AnswerLost
from registry.wire import Application, Subaccounts, require_application

PAGE_SIZE: Final = 100
_APPLICATIONS: Final = "/v2/applications"
_APPLICATION: Final = f"{_APPLICATIONS}/{{id}}"

Body = Mapping[str, object]


class ApplicationsClient:
    """The applications of one key. Raises WrongHost at once where no host for them is known."""

    def __init__(self, api: ApiClient) -> None:
        self.api = api.at(Family.APPLICATIONS)

    def list_applications(self, page: int = 1, page_size: int = PAGE_SIZE) -> Page[Application]:
        answer = self.api.call("GET", _APPLICATIONS, query={"page": page, "page_size": page_size})
        read = Page.from_json(answer.body, "applications", Application.from_json)
        if not read.well_formed:
            raise AnswerLost(http_status=answer.status, reason="no_list")
        return read

    def walk_applications(
        self, *, page_size: int = PAGE_SIZE, before_page: Callable[[], None] | None = None
    ) -> Walk[Application]:
        """All applications of the key; `before_page` is called before each request."""
        return Walk(lambda page: self.list_applications(page, page_size), lambda one: one.id, before_page)

    def create_application(self, body: Body) -> Application:
        require_application(body)
        return _application(self.api.call("POST", _APPLICATIONS, body=body))

    def get_application(self, application_id: str) -> Application:
        return _application(self.api.call("GET", _APPLICATION, ids={"id": application_id}))

    def replace_application(self, application_id: str, body: Body) -> Application:
        """PUT is no patch: what the body leaves out is gone afterwards."""
        require_application(body)
        return _application(self.api.call("PUT", _APPLICATION, ids={"id": application_id}, body=body))

    def delete_application(self, application_id: str) -> None:
        """Cannot be undone. NotFound is left to whoever knows whether it was there before."""
        self.api.call("DELETE", _APPLICATION, ids={"id": application_id})


class SubaccountsClient:
    """The API keys below a primary key. Vonage opens this API for some accounts only (Unprovisioned)."""

    def __init__(self, api: ApiClient) -> None:
        self.api = api.at(Family.SUBACCOUNTS)

    def list_subaccounts(self, api_key: str) -> Subaccounts:
        """All of them at once: this list has no pages."""
        answer = self.api.call("GET", "/accounts/{api_key}/subaccounts", ids={"api_key": api_key})
        read = Subaccounts.from_json(answer.body)
        if not read.well_formed:
            raise AnswerLost(http_status=answer.status, reason="no_list")
        return read


def _application(answer: Answer) -> Application:
    """A 2xx proves nothing without the id that it promises."""
    application = Application.from_json(answer.body)
    if not application.id:
        raise AnswerLost(http_status=answer.status, reason="no_id")
    return application
