"""The problem documents of the API, one function a kind."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

GENERAL = "https://developer.nexmo.com/api-errors#"
PRODUCT = "https://developer.nexmo.com/api-errors/10dlc#"
APPLICATION = "https://developer.vonage.com/api-errors/application#"
VALUE_ERROR = 503
UNKNOWN_USE_CASE = 501

SUBMITTING = {
    "brand": "submitting your brand",
    "vetting": "submitting your vetting request",
    "campaign": "submitting your campaign",
    "number": "submitting your campaign",
    "usecase": "qualifying the use case for your brand",
}


@dataclass(frozen=True)
class Invalid:
    field: str
    description: str

    @classmethod
    def not_valid(cls, field: str) -> Invalid:
        return cls(field, f"Field '{field}' is not a valid value")

    @classmethod
    def not_unique(cls, field: str) -> Invalid:
        return cls(field, f"Field '{field}' is not unique")


class Problem(Exception):
    """An answer that says no. `document()` gives it a fresh instance each time."""

    def __init__(self, status: int, kind: str, title: str, detail: str, **more: Any) -> None:
        super().__init__(f"{status} {kind}")
        self.status, self.kind, self.title, self.detail, self.more = status, kind, title, detail, more

    def document(self) -> dict[str, Any]:
        return {
            "type": self.kind,
            "title": self.title,
            "detail": self.detail,
            "instance": secrets.token_hex(16),
            **self.more,
        }


def unauthorized() -> Problem:
    return Problem(
        401,
        GENERAL + "unauthorized",
        "Invalid credentials supplied",
        "You did not provide correct credentials.",
    )


def forbidden() -> Problem:
    return Problem(403, GENERAL + "unauthorized", "Forbidden", "This key may not use the 10DLC API.")


def not_found(identifier: str) -> Problem:
    return Problem(
        404,
        GENERAL + "not-found",
        "Not Found",
        f"ID '{identifier}' does not exist, or you do not have access",
    )


def throttled(retry_after: Any = 30) -> Problem:
    """With `retry_after=None` the field is left out, which the API does not promise never to do."""
    more = {} if retry_after is None else {"retry_after": retry_after}
    return Problem(
        429,
        GENERAL + "throttled",
        "Too many requests",
        "Your account has reached it's API limit and has been throttled",
        **more,
    )


def wrong_verb(method: str) -> Problem:
    return Problem(405, GENERAL + "wrong-verb", "Wrong verb", f"This address does not answer to {method}.")


def content_type() -> Problem:
    return Problem(
        415,
        GENERAL + "content-type-header",
        "Invalid Content-Type",
        "The body of this request must be sent as application/json.",
    )


def error_type(detail: str, status: int = 400) -> Problem:
    return Problem(status, PRODUCT + "error-type", "There were some issues with your submission", detail)


def brand_conflict() -> Problem:
    return Problem(
        409,
        PRODUCT + "error-brand-conflict",
        "An error occurred with this brand while communicating with a third party",
        "An unknown error occurred while processing this brand with the carrier system. "
        "Please contact support or try again later.",
    )


def vetting_conflict() -> Problem:
    return Problem(
        409,
        PRODUCT + "error-vetting-conflict",
        "An error occurred while requesting third party vetting",
        "An unknown error occurred while requesting vetting with the carrier system. "
        "Please contact support or try again later.",
    )


def use_case_denied() -> Problem:
    return Problem(
        403,
        PRODUCT + "use-case-denied",
        "The requested use case is denied for this brand",
        "The requested use case has been denied for this brand. "
        "Your brand may require additional third party vetting.",
    )


def not_qualified() -> Problem:
    return Problem(
        409,
        PRODUCT + "error-brand-not-qualified",
        "This brand has not been qualified for the given use case",
        "A campaign use case must be checked before a campaign can be created. "
        "Please verify the brand use case before submitting this campaign.",
    )


def number_already_linked() -> Problem:
    return Problem(
        409,
        PRODUCT + "number-already-linked",
        "Number Already Linked",
        "The number requested has already been linked to another campaign",
    )


def invalid_json(detail: str) -> Problem:
    return Problem(400, PRODUCT + "invalid-json", "Unable to parse incoming request", detail)


def invalid_data(subject: str, found: list[Invalid]) -> Problem:
    """422 for `subject` (brand, vetting, campaign or number); entries about numbers carry no code."""
    code = {} if subject == "number" else {"code": VALUE_ERROR}
    return Problem(
        422,
        f"{PRODUCT}invalid-{subject}-data",
        "There were some issues with the submitted data",
        f"There were some errors {SUBMITTING[subject]}, please correct the requested fields",
        invalid_parameters=[code | {"field": one.field, "description": one.description} for one in found],
    )


def not_validated(subject: str, found: list[Invalid]) -> Problem:
    """The Applications API's 400, for `subject` list or payload; its entries have other keys than 10DLC's."""
    return Problem(
        400,
        f"{APPLICATION}{subject}-validation",
        "Bad Request",
        "The request failed due to validation errors",
        invalid_parameters=[{"name": one.field, "reason": one.description} for one in found],
    )


def unprovisioned(key: str) -> Problem:
    return Problem(
        403,
        GENERAL + "unprovisioned",
        "Authorisation error",
        f"Account {key} is not provisioned to access Subaccount Provisioning API",
    )


def invalid_api_key(key: str) -> Problem:
    return Problem(
        404,
        GENERAL + "invalid-api-key",
        "Invalid API Key",
        f"API key '{key}' does not exist, or you do not have access",
    )


def unknown_use_case() -> Problem:
    return Problem(
        400,
        PRODUCT + "invalid-usecase-data",
        "There were some issues with the submitted data",
        f"There were some errors {SUBMITTING['usecase']}, please correct the requested fields",
        errors=[{"code": UNKNOWN_USE_CASE, "field": "usecase", "description": "Unrecognized Usecase"}],
    )
