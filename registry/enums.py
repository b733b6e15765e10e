"""Every closed list of the Network Registry: what people choose, and where things stand with *us*.

What an installation offers (countries, operators, features, purposes …) is data, not an enum: `models/catalogue.py`.
"""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class RegistrationState(models.TextChoices):
    """The four words of the guide ("Registration Status"), and what is shown before anything was sent.

    Always derived by `lifecycle.roll_up`, never stored.
    """

    NOT_SENT = "NOT SENT", _("Nothing has been sent to an operator yet")
    PROCESSING = "PROCESSING", _("Vonage is working with the operators to enable your access request")
    ACCEPTED = "ACCEPTED", _("Accepted by the operators")
    PARTIALLY_ACCEPTED = "PARTIALLY-ACCEPTED", _("Accepted by some operators, rejected by others")
    REJECTED = "REJECTED", _("Rejected by the operators")

    @property
    def badge(self) -> str:
        return _REGISTRATION_BADGES[self]


_REGISTRATION_BADGES: Final = {
    RegistrationState.NOT_SENT: "secondary",
    RegistrationState.PROCESSING: "azure",
    RegistrationState.ACCEPTED: "green",
    RegistrationState.PARTIALLY_ACCEPTED: "yellow",
    RegistrationState.REJECTED: "red",
}


class DecisionState(models.TextChoices):
    """Where one operator stands with one profile, or with one feature of an application profile."""

    WAITING = "waiting", _("waits for the business profile")
    PROCESSING = "processing", _("the operator is looking at it")
    INFORMATION = "information", _("the operator asks for more")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    EXCLUDED = "excluded", _("left out")
    WITHDRAWN = "withdrawn", _("withdrawn")
    CLOSED = "closed", _("closed")

    @property
    def badge(self) -> str:
        return _DECISION_BADGES[self]


OPEN_DECISIONS: Final = (DecisionState.WAITING, DecisionState.PROCESSING, DecisionState.INFORMATION)
DECIDED: Final = (DecisionState.ACCEPTED, DecisionState.REJECTED)
# Shown with their reason, and not counted in any roll-up.
UNCOUNTED: Final = (DecisionState.EXCLUDED, DecisionState.WITHDRAWN, DecisionState.CLOSED)
_DECISION_BADGES: Final = {
    DecisionState.WAITING: "secondary",
    DecisionState.PROCESSING: "azure",
    DecisionState.INFORMATION: "yellow",
    DecisionState.ACCEPTED: "green",
    DecisionState.REJECTED: "red",
    DecisionState.EXCLUDED: "secondary",
    DecisionState.WITHDRAWN: "secondary",
    DecisionState.CLOSED: "secondary",
}


class Activity(models.TextChoices):
    """The second axis of an accepted decision: approval says yes or no, activity says whether it is in force."""

    ACTIVE = "active", _("in force")
    SUSPENDED = "suspended", _("suspended")
    REVOKED = "revoked", _("revoked")


class Exclusion(models.TextChoices):
    """Why an operator is left out of a registration."""

    VETTING_DECLINED = "vetting_declined", _("It requires vetting, and you did not consent to that.")
    FEATURE_NOT_OFFERED = "feature_not_offered", _("It does not offer this network feature.")
    BUSINESS_EXCLUDED = "business_excluded", _("The business profile was not sent to it.")


class CheckState(models.TextChoices):
    """Where the vetting of a business profile for one operator stands."""

    PENDING = "pending", _("the vetting agent is checking")
    PASSED = "passed", _("passed")
    FAILED = "failed", _("failed")
    EXPIRED = "expired", _("expired")
    CANCELLED = "cancelled", _("cancelled")

    @property
    def badge(self) -> str:
        return {"pending": "azure", "passed": "green", "failed": "red"}.get(self.value, "secondary")


class ChangeState(models.TextChoices):
    """Where a change request for a business profile stands."""

    DRAFT = "draft", _("being written")
    SUBMITTED = "submitted", _("waits for Vonage")
    APPLIED = "applied", _("applied")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")

    @property
    def badge(self) -> str:
        return {"submitted": "azure", "applied": "green", "refused": "red"}.get(self.value, "secondary")


class DecisionChannel(models.TextChoices):
    """How an operator's decisions reach us. A third, over TM Forum's TMF931, enters by the same door."""

    CONSOLE = "console", _("its people decide in /operators/")
    SIMULATED = "simulated", _("simulated, for demonstrations")


class Ground(models.TextChoices):
    """Why something was handed to somebody."""

    REGISTRATION = "registration", _("registration with an operator of a chosen country")
    VETTING = "vetting", _("vetting, with your consent")
    CHANGE = "change", _("a change of what was registered")


class MessageKind(models.TextChoices):
    """What is said within a case; a note is for the operator's own people and never shown to the applicant."""

    QUESTION = "question", _("question")
    ANSWER = "answer", _("answer")
    NOTE = "note", _("internal note")


class Reason(models.TextChoices):
    """Why an operator rejects, suspends or revokes: a code beside the text for the applicant."""

    IDENTITY = "identity", _("The organisation could not be identified")
    USE_CASE = "use_case", _("The use case is not allowed")
    PURPOSE = "purpose", _("The purpose does not fit the feature or the use case")
    PRIVACY_POLICY = "privacy_policy", _("The privacy policy is missing or not sufficient")
    TERMS = "terms", _("The terms and conditions are missing or not sufficient")
    LOCATIONS = "locations", _("Processing in these countries is not allowed")
    RESALE = "resale", _("Resale is not allowed or not described well enough")
    VETTING_FAILED = "vetting_failed", _("The vetting failed")
    MISUSE = "misuse", _("Misuse was found")
    CONTRACT = "contract", _("A contract is missing or has ended")
    MISTAKE = "mistake", _("An earlier decision was a mistake")
    OTHER = "other", _("Another reason")


class Access(models.TextChoices):
    """What an application may do with network features."""

    PLAYGROUND = "playground", _("Playground")
    PRODUCTION = "production", _("Production")


class ApplicationState(models.TextChoices):
    """Where a Vonage application stands with us."""

    SUBMITTING = "submitting", _("being sent")
    ACTIVE = "active", _("at Vonage")
    CHANGING = "changing", _("a change is being sent")
    REFUSED = "refused", _("refused")
    DELETING = "deleting", _("being deleted")
    DELETED = "deleted", _("deleted")

    @property
    def badge(self) -> str:
        return {"active": "green", "submitting": "azure", "changing": "azure", "refused": "red"}.get(
            self.value, "secondary"
        )


class Level(models.TextChoices):
    """Which form a requirement beyond the guide belongs to."""

    BUSINESS = "business", _("business profile")
    APPLICATION = "application", _("application profile")


class AnswerType(models.TextChoices):
    """How a requirement is answered."""

    TEXT = "text", _("text")
    EMAIL = "email", _("e-mail address")
    URL = "url", _("web address")
    CHOICE = "choice", _("one of a list")
    COUNTRIES = "countries", _("countries")
    TERMS = "terms", _("acceptance of terms")


class WaitingOn(models.TextChoices):
    """Who has to move next."""

    NOBODY = "nobody", _("nobody")
    US = "us", _("you")
    VONAGE = "vonage", _("Vonage")
    OPERATOR = "operator", _("the operator")
    AGENT = "agent", _("the vetting agent")


class Ruling(models.TextChoices):
    """What an operator can say of one decision."""

    ACCEPT = "accept", _("accept")
    REJECT = "reject", _("reject")
    ASK = "ask", _("ask for more")
    SUSPEND = "suspend", _("suspend")
    REVOKE = "revoke", _("revoke")
    REINSTATE = "reinstate", _("reinstate")


class LetterKind(models.TextChoices):
    """What people of operators and vetting agents get mails about."""

    CASE = "case", _("a new case")
    ANSWER = "answer", _("an answer of the applicant")
    CHECK = "check", _("a new vetting check")
    OVERDUE = "overdue", _("what is overdue, each morning")


class LetterState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    SKIPPED = "skipped", _("not theirs any more")
