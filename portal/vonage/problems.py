"""Every way a call to Vonage can fail to be plainly done, as one error class each.

A class says what its failure means (`outcome`); two texts say it, one for people and one for the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from django.utils.translation import gettext, gettext_noop

from portal.vonage.documents import RETRY_DEFAULT, Problem, retry_seconds
from portal.vonage.outcomes import REFUSING_STATUSES, Outcome
from portal.vonage.redaction import token


@dataclass(frozen=True, slots=True)
class PeopleText:
    """A sentence for a person, kept as an id and values so that it can be stored and translated later."""

    text_id: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return gettext(self.text_id) % self.values if self.values else gettext(self.text_id)


class VonageError(Exception):
    """A call that did not plainly succeed. `str()` of it is safe to log anywhere."""

    code: ClassVar[str] = "failed"
    outcome: ClassVar[Outcome] = Outcome.UNKNOWN
    permanent: ClassVar[bool] = False  # fails in the same way until something is changed on our side
    text_id: ClassVar[str] = gettext_noop("Vonage gave no clear answer.")

    def __init__(
        self,
        problem: Problem | None = None,
        *,
        http_status: int | None = None,
        reason: str = "",
        retry_after: int = 0,
    ) -> None:
        problem = problem or Problem()
        super().__init__()  # no arguments: they would be printed by whoever formats exceptions
        self.http_status = http_status
        self.reason = token(reason)
        self.problem_type = problem.kind
        self.title = problem.title
        self.detail = problem.detail
        self.instance = problem.instance
        self.fields = problem.fields
        self.retry_after = retry_after or None

    @property
    def says_not_unique(self) -> bool:
        """Whether a field was refused as already there: after an attempt of ours that is evidence."""
        return any("not unique" in entry.description.casefold() for entry in self.fields)

    @property
    def says_exists(self) -> bool:
        """Whether the answer says that the wanted thing, or one in its place, is there already."""
        return self.says_not_unique

    def for_people(self) -> PeopleText:
        """What happened and what to do, short; `instance` is shown beside it to quote to support."""
        values = {"detail": self.detail or self.title, "seconds": str(self.retry_after or RETRY_DEFAULT)}
        used = {name: value for name, value in values.items() if f"%({name})s" in self.text_id}
        return PeopleText(self.text_id, used)

    def for_log(self) -> str:
        """One line without secrets, personal data or the provider's prose."""
        facts = {
            "outcome": str(self.outcome),
            "status": self.http_status,
            "kind": self.problem_type,
            "reason": self.reason,
            "fields": ",".join(token(entry.field, 40) for entry in self.fields),
            "retry_after": self.retry_after,
            "instance": self.instance,
        }
        return " ".join([self.code, *(f"{name}={value}" for name, value in facts.items() if value)])

    def as_record(self) -> dict[str, Any]:
        """Everything worth keeping, as JSON: for the attempt, the refusal and the page that explains it."""
        people = self.for_people()
        return {
            "code": self.code,
            "outcome": str(self.outcome),
            "http_status": self.http_status,
            "problem_type": self.problem_type,
            "reason": self.reason,
            "title": self.title,
            "detail": self.detail,
            "instance": self.instance,
            "fields": [
                {"code": entry.code, "field": entry.field, "description": entry.description}
                for entry in self.fields
            ],
            "retry_after": self.retry_after,
            "text_id": people.text_id,
            "values": dict(people.values),
        }

    def __str__(self) -> str:
        return self.for_log()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.for_log()}>"


class NotSent(VonageError):
    """Nothing left this machine."""

    outcome = Outcome.NOT_SENT
    code = "not_sent"
    text_id = gettext_noop("Nothing was sent to Vonage.")


class Unreachable(NotSent):
    """No connection came about: name, route, TLS or time. The same call may work later."""

    code = "unreachable"
    text_id = gettext_noop("Vonage cannot be reached. Nothing was sent; we try again by ourselves.")


class WrongHost(NotSent):
    """The key was entered for another host, or the host is not one a secret may be sent to."""

    code = "wrong_host"
    permanent = True
    text_id = gettext_noop(
        "This API key was entered for another address. Nothing was sent. Check the key in Settings."
    )


class MissingSecret(NotSent):
    """The key is listed without its secret, so it can sign nothing."""

    code = "missing_secret"
    permanent = True
    text_id = gettext_noop("The secret of this API key is missing. Nothing was sent. Enter it in Settings.")


class UnusableId(NotSent):
    """An id that would change the path it is put into, such as `..`."""

    code = "unusable_id"
    permanent = True
    text_id = gettext_noop("The record has no usable id at Vonage. Nothing was sent. Please tell support.")


class ProfileUnknown(NotSent):
    """An accepted application profile has no id at Vonage yet, without which an application cannot carry it."""

    code = "profile_unknown"
    text_id = gettext_noop("Accepted here, but Vonage does not know this profile yet. Nothing was sent.")


class BrandPending(NotSent):
    """A use case is denied while the registry still checks the brand; the answer may be another afterwards."""

    code = "brand_pending"
    text_id = gettext_noop("The registry is still checking the brand. Nothing was sent.")


class PlaygroundUnknown(NotSent):
    """This installation was not told Vonage's id of the Playground (REGISTRY_PLAYGROUND_APPLICATION_ID)."""

    code = "playground_unknown"
    text_id = gettext_noop("This portal was not told how Vonage calls the Playground. Nothing was sent.")


class Unauthorized(VonageError):
    """401: key and secret do not go together, or not any more."""

    outcome = Outcome.HELD
    code = "unauthorized"
    text_id = gettext_noop(
        "Vonage refused the API key or its secret. Nothing was done. Check the key in Settings and test it; "
        "what waits goes out after that."
    )


class Forbidden(VonageError):
    """403 other than a denied use case: the key may not do this at all."""

    outcome = Outcome.HELD
    code = "forbidden"
    text_id = gettext_noop(
        "Vonage does not allow this API key to do that. Nothing was done. Ask Vonage to allow it, "
        "then test the key in Settings."
    )


class Throttled(VonageError):
    """429: nothing was done. `retry_after` is always between 1 and 900 seconds."""

    outcome = Outcome.THROTTLED
    code = "throttled"
    text_id = gettext_noop("Vonage asked us to slow down. We try again by ourselves in %(seconds)s seconds.")


class Paused(Throttled):
    """Nobody calls with this key now; `retry_after` says for how long. No byte left."""

    code = "failing"
    text_id = gettext_noop(
        "Vonage asked us to wait, or did not answer several times in a row. Nothing was sent; "
        "we try again by ourselves."
    )


class Refused(VonageError):
    """A final no that says nothing was done."""

    outcome = Outcome.REFUSED
    code = "refused"
    text_id = gettext_noop("Vonage refused this. Nothing was done: %(detail)s")


class NotFound(Refused):
    """404: not there, *or this key has no access*; the two look the same."""

    code = "not_found"
    text_id = gettext_noop("Vonage has no such record, or this API key may not see it.")


class InvalidParameters(Refused):
    """Named fields were not accepted; an empty list of them happens."""

    code = "invalid_parameters"
    text_id = gettext_noop("Vonage did not accept some of the fields. Correct them and submit again.")


class ErrorType(Refused):
    """The submission as a whole was refused; only the detail says why."""

    code = "error_type"
    text_id = gettext_noop("Vonage refused the submission: %(detail)s")


class UseCaseDenied(Refused):
    """403 of its own kind: the key is fine, the brand may not run this use case."""

    code = "use_case_denied"
    text_id = gettext_noop(
        "This brand may not run this use case yet. Third-party vetting of the brand may open it."
    )


class Unprovisioned(Refused):
    """403 of its own kind: the key is fine, its account may not use this API."""

    code = "unprovisioned"
    text_id = gettext_noop(
        "Vonage has not opened this API for the account. Ask your account manager at Vonage to open it."
    )


class BrandNotQualified(Refused):
    """A campaign was sent before its use case was checked."""

    code = "brand_not_qualified"
    text_id = gettext_noop(
        "The use case has not been checked for this brand. Check it, then submit the campaign again."
    )


class NumberAlreadyLinked(Refused):
    """The number belongs to another campaign."""

    code = "number_already_linked"
    says_exists = True  # after a doubtful attempt the campaign may be ours
    text_id = gettext_noop("This number is already linked to another campaign. Unlink it there first.")


class InvalidJson(Refused):
    """Vonage could not read what we sent: a defect on our side."""

    code = "invalid_json"
    text_id = gettext_noop("Vonage could not read our request. Nothing was done. Please tell support.")


class RefusedOther(Refused):
    """A general refusal: wrong verb, wrong content type, too large."""

    code = "refused_other"


class MaybeDone(VonageError):
    """It may have been done all the same. Never send it again without looking."""

    outcome = Outcome.UNKNOWN
    code = "maybe_done"
    text_id = gettext_noop(
        "It is not certain whether this was done. We are looking; please do not submit it again."
    )


class BrandConflict(MaybeDone):
    """The registry behind Vonage failed on a brand, before or after it was registered."""

    code = "brand_conflict"
    text_id = gettext_noop(
        "The registry reported an error, and it is not certain whether the brand was registered. "
        "We are looking; please do not submit it again."
    )


class VettingConflict(MaybeDone):
    """The registry behind Vonage failed on a vetting, before or after it was ordered."""

    code = "vetting_conflict"
    text_id = gettext_noop(
        "The registry reported an error, and it is not certain whether the vetting was ordered. "
        "We are looking; please do not order it again."
    )


class AnswerLost(MaybeDone):
    """The request may have arrived, and the answer cannot be relied on; `reason` says how it was lost."""

    code = "answer_lost"
    text_id = gettext_noop(
        "Vonage's answer did not arrive in a readable form, so it is not certain whether this was done. "
        "We are looking; please do not submit it again."
    )


# The fragment of `type` decides; several operations use kinds named after others.
KINDS: Final[Mapping[str, type[VonageError]]] = {
    "error-type": ErrorType,
    "not-found": NotFound,
    "invalid-api-key": NotFound,
    "use-case-denied": UseCaseDenied,
    "unprovisioned": Unprovisioned,
    "error-brand-not-qualified": BrandNotQualified,
    "number-already-linked": NumberAlreadyLinked,
    "invalid-json": InvalidJson,
    "invalid-brand-data": InvalidParameters,
    "invalid-vetting-data": InvalidParameters,
    "invalid-usecase-data": InvalidParameters,
    "invalid-campaign-data": InvalidParameters,
    "invalid-number-data": InvalidParameters,
    "payload-validation": InvalidParameters,
    "list-validation": InvalidParameters,
    "invalid-param": InvalidParameters,
    "invalid-params": InvalidParameters,
    "invalid-parameters": InvalidParameters,
    "accept-header": RefusedOther,
    "content-type-header": RefusedOther,
    "unsupported-media-type": RefusedOther,
    "payload-too-large": RefusedOther,
    "wrong-verb": RefusedOther,
    "error-brand-conflict": BrandConflict,
    "error-vetting-conflict": VettingConflict,
}


# Kinds of 403 that are about what was asked, not about the key.
DENIALS: Final = frozenset({"use-case-denied", "unprovisioned"})


def error_for(status: int, headers: Mapping[str, str], body: object) -> VonageError:
    """The error an answer other than 2xx amounts to. `body` is its JSON, or None if unreadable."""
    problem = Problem.from_json(body)
    if status == 401:
        return Unauthorized(problem, http_status=status)
    if status == 429:
        return Throttled(problem, http_status=status, retry_after=retry_seconds(problem.retry_after, headers))
    if status == 403 and problem.kind not in DENIALS:
        return Forbidden(problem, http_status=status)
    kind = KINDS.get(problem.kind)
    if kind is not None and status in REFUSING_STATUSES:
        return kind(problem, http_status=status)
    return AnswerLost(problem, http_status=status, reason=_reason(status))


def _reason(status: int) -> str:
    if status >= 500:
        return "server_error"
    return "redirect" if status < 400 else "unrecognised"
