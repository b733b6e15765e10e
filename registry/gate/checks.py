"""The checks in their fixed order: each says what must hold, and which reason it gives when it does not.

First what holds in both modes, then those of the application's own mode. The first that fails decides. Reasons go
from "who asks" over "what was registered" to "what the operator says", so that a stranger to a profile learns
nothing of its decisions. Source: the guide, "Connect your Vonage Application", "Registration Status", "Vetting".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from registry.enums import Access, Activity, ApplicationState, CheckState, DecisionState, Exclusion
from registry.gate.reasons import Denial
from registry.gate.values import VIRTUAL, Question, Snapshot, Word

Finding = Callable[[Question, Snapshot], Denial | None]


class Topic(StrEnum):
    """Which page a check is about."""

    NONE = ""
    APPLICATION = "application"
    NUMBERS = "numbers"
    APPLICATION_PROFILE = "application_profile"
    BUSINESS_PROFILE = "business_profile"


@dataclass(frozen=True, slots=True)
class Check:
    """`label` is the sentence that must be true."""

    code: str
    label: Any
    find: Finding
    topic: Topic = Topic.NONE


def _malformed(question: Question, snapshot: Snapshot) -> Denial | None:
    return Denial.MALFORMED if question.malformed() else None


# While it is being deleted it still is at Vonage; what was never made there is not known yet.
_AT_VONAGE: Final = frozenset((ApplicationState.ACTIVE, ApplicationState.CHANGING, ApplicationState.DELETING))
_MODES: Final = frozenset(Access.values)


def _application(question: Question, snapshot: Snapshot) -> Denial | None:
    if snapshot.application_state == ApplicationState.DELETED:
        return Denial.APPLICATION_DELETED
    if snapshot.application_state not in _AT_VONAGE:
        return Denial.UNKNOWN_APPLICATION
    return Denial.APPLICATION_DELETED if snapshot.application_gone else None


def _enabled(question: Question, snapshot: Snapshot) -> Denial | None:
    return None if snapshot.access in _MODES else Denial.NOT_ENABLED


def _mode(question: Question, snapshot: Snapshot) -> Denial | None:
    return Denial.MODE_MISMATCH if question.mode and question.mode != snapshot.access else None


def _own_key(question: Question, snapshot: Snapshot) -> Denial | None:
    return None if question.api_key == snapshot.application_key else Denial.KEY_NOT_OF_APPLICATION


def _feature_known(question: Question, snapshot: Snapshot) -> Denial | None:
    return None if snapshot.feature_known else Denial.FEATURE_UNKNOWN


def _number(question: Question, snapshot: Snapshot) -> Denial | None:
    if not question.number:
        return Denial.PLAYGROUND_NUMBER_MISSING
    allowed = snapshot.number_allowed or question.digits.startswith(VIRTUAL)
    return None if allowed else Denial.PLAYGROUND_NUMBER_NOT_ALLOWED


def _assigned(question: Question, snapshot: Snapshot) -> Denial | None:
    return None if snapshot.key_assigned else Denial.KEY_NOT_ASSIGNED


def _profile(question: Question, snapshot: Snapshot) -> Denial | None:
    if snapshot.profile_deleted:
        return Denial.PROFILE_DELETED
    return Denial.PROFILE_WITHDRAWN if snapshot.profile_withdrawn else None


def _operator(question: Question, snapshot: Snapshot) -> Denial | None:
    return None if snapshot.operator_known else Denial.OPERATOR_UNKNOWN


def _country(question: Question, snapshot: Snapshot) -> Denial | None:
    return None if snapshot.country_requested else Denial.COUNTRY_NOT_REQUESTED


def _in_profile(question: Question, snapshot: Snapshot) -> Denial | None:
    return None if snapshot.purpose else Denial.FEATURE_NOT_IN_PROFILE


def _purpose(question: Question, snapshot: Snapshot) -> Denial | None:
    """Requests carry a purpose as the scope `dpv:<Purpose>`; the prefix says nothing more."""
    same = question.purpose.removeprefix("dpv:") == snapshot.purpose.removeprefix("dpv:")
    return None if same else Denial.PURPOSE_MISMATCH


def _offered(question: Question, snapshot: Snapshot) -> Denial | None:
    return None if snapshot.offered else Denial.FEATURE_NOT_OFFERED


def _vetting(question: Question, snapshot: Snapshot) -> Denial | None:
    """A failed check counts as a no at once; one that runs out later leaves decisions as they are."""
    failed = snapshot.vetting_required and snapshot.check == CheckState.FAILED
    return Denial.VETTING_FAILED if failed else None


_BUSINESS_SAYS: Final[Mapping[str, Denial]] = {
    DecisionState.EXCLUDED: Denial.BUSINESS_EXCLUDED,
    DecisionState.WITHDRAWN: Denial.BUSINESS_WITHDRAWN,
    DecisionState.CLOSED: Denial.BUSINESS_CLOSED,
    DecisionState.REJECTED: Denial.BUSINESS_REJECTED,
    DecisionState.INFORMATION: Denial.BUSINESS_INFORMATION,
}
_FEATURE_SAYS: Final[Mapping[str, Denial]] = {
    DecisionState.EXCLUDED: Denial.EXCLUDED,
    DecisionState.WITHDRAWN: Denial.WITHDRAWN,
    DecisionState.CLOSED: Denial.CLOSED,
    DecisionState.REJECTED: Denial.REJECTED,
    DecisionState.INFORMATION: Denial.INFORMATION,
}


def _declined(word: Word) -> bool:
    return word.state == DecisionState.EXCLUDED and word.exclusion == Exclusion.VETTING_DECLINED


def _business(question: Question, snapshot: Snapshot) -> Denial | None:
    word = snapshot.business
    if word.state == DecisionState.ACCEPTED:
        return None
    if _declined(word):
        return Denial.VETTING_DECLINED
    vetted = snapshot.check in (CheckState.PASSED, CheckState.EXPIRED)
    awaits_vetting = snapshot.vetting_required and not vetted
    pending = Denial.VETTING_REQUIRED if awaits_vetting else Denial.BUSINESS_PENDING
    return _BUSINESS_SAYS.get(word.state, pending)


def _business_active(question: Question, snapshot: Snapshot) -> Denial | None:
    if snapshot.business.activity == Activity.ACTIVE:
        return None
    suspended = snapshot.business.activity == Activity.SUSPENDED
    return Denial.BUSINESS_SUSPENDED if suspended else Denial.BUSINESS_REVOKED


def _decision(question: Question, snapshot: Snapshot) -> Denial | None:
    word = snapshot.decision
    if word.state == DecisionState.ACCEPTED:
        return None
    return Denial.VETTING_DECLINED if _declined(word) else _FEATURE_SAYS.get(word.state, Denial.PENDING)


def _active(question: Question, snapshot: Snapshot) -> Denial | None:
    if snapshot.decision.activity == Activity.ACTIVE:
        return None
    return Denial.SUSPENDED if snapshot.decision.activity == Activity.SUSPENDED else Denial.REVOKED


_APP, _PROFILE, _COMPANY = Topic.APPLICATION, Topic.APPLICATION_PROFILE, Topic.BUSINESS_PROFILE
BOTH: Final = (
    Check("readable", _("The question can be read"), _malformed),
    Check("application", _("The application is known and exists at Vonage"), _application, _APP),
    Check("enabled", _("Network Registry is enabled for the application"), _enabled, _APP),
    Check("mode", _("The request asks for the application's own access"), _mode, _APP),
    Check("key", _("The API key is the application's"), _own_key, _APP),
    Check("feature", _("The network feature exists"), _feature_known),
)
PLAYGROUND: Final = (
    Check("number", _("The phone number is a test number or a virtual number"), _number, Topic.NUMBERS),
)
PRODUCTION: Final = (
    Check("assigned", _("The API key may be used with the application profile"), _assigned, _PROFILE),
    Check("profile", _("Both profiles are neither deleted nor withdrawn"), _profile, _PROFILE),
    Check("operator", _("The operator is known"), _operator),
    Check("country", _("Service in the operator's country was asked for"), _country, _COMPANY),
    Check("in_profile", _("The feature is part of the application profile"), _in_profile, _PROFILE),
    Check("purpose", _("The purpose is the one the profile gives for the feature"), _purpose, _PROFILE),
    Check("offered", _("The operator offers the feature today"), _offered),
    Check("vetting", _("No vetting failed that the operator requires"), _vetting, _COMPANY),
    Check("business", _("The operator accepted the business profile"), _business, _COMPANY),
    Check("business_active", _("That acceptance is in force"), _business_active, _COMPANY),
    Check("decision", _("The operator accepted the feature for the profile"), _decision, _PROFILE),
    Check("active", _("That acceptance is in force, too"), _active, _PROFILE),
)
