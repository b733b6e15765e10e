"""The fifteen kinds of problem document: where the type lives, the usual status, and what it must mean to us."""

from __future__ import annotations

from dataclasses import dataclass

GENERAL = "https://developer.nexmo.com/api-errors#"
PRODUCT = "https://developer.nexmo.com/api-errors/10dlc#"


@dataclass(frozen=True)
class Kind:
    fragment: str
    base: str
    status: int
    error: str  # the name of our class
    outcome: str
    fields_key: str = ""
    fields_coded: bool = False

    @property
    def type(self) -> str:
        return self.base + self.fragment


KINDS = (
    Kind("unauthorized", GENERAL, 401, "Unauthorized", "held"),
    Kind("not-found", GENERAL, 404, "NotFound", "refused"),
    Kind("throttled", GENERAL, 429, "Throttled", "throttled"),
    Kind("error-type", PRODUCT, 400, "ErrorType", "refused"),
    Kind("error-brand-conflict", PRODUCT, 409, "BrandConflict", "unknown"),
    Kind("error-vetting-conflict", PRODUCT, 409, "VettingConflict", "unknown"),
    Kind("error-brand-not-qualified", PRODUCT, 409, "BrandNotQualified", "refused"),
    Kind("number-already-linked", PRODUCT, 409, "NumberAlreadyLinked", "refused"),
    Kind("use-case-denied", PRODUCT, 403, "UseCaseDenied", "refused"),
    Kind("invalid-json", PRODUCT, 400, "InvalidJson", "refused"),
    Kind("invalid-brand-data", PRODUCT, 422, "InvalidParameters", "refused", "invalid_parameters", True),
    Kind("invalid-vetting-data", PRODUCT, 422, "InvalidParameters", "refused", "invalid_parameters", True),
    Kind("invalid-campaign-data", PRODUCT, 422, "InvalidParameters", "refused", "invalid_parameters", True),
    Kind("invalid-usecase-data", PRODUCT, 400, "InvalidParameters", "refused", "errors", True),
    Kind("invalid-number-data", PRODUCT, 422, "InvalidParameters", "refused", "invalid_parameters", False),
)
BY_FRAGMENT = {kind.fragment: kind for kind in KINDS}
