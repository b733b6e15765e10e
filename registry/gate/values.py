"""What is asked, and what is known about it: values only. Everything defaults to what denies."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from registry.enums import Access

VIRTUAL: Final = "990"
LONGEST: Final = 80
_NEEDED: Final = rf"[\w.:#+-]{{1,{LONGEST}}}"
_FORMS: Final = {
    "application_id": _NEEDED,
    "api_key": _NEEDED,
    "feature": _NEEDED,
    "purpose": f"(?:{_NEEDED})?",
    "operator": f"(?:{_NEEDED})?",
    "mode": f"(?:{'|'.join(Access.values)})?",
    "number": r"(?:\+?[1-9][0-9]{4,14})?",
}
_WHOLE: Final = re.compile("\n".join(_FORMS.values()), re.ASCII)


@dataclass(frozen=True, slots=True)
class Question:
    """May a request of this application, with this key, for this feature and purpose, go to this operator?

    `mode` may be empty: the application's own holds. Operator and purpose matter in Production, the number (E.164)
    in the Playground only.
    """

    application_id: str
    api_key: str
    feature: str
    purpose: str = ""
    operator: str = ""
    mode: str = ""
    number: str = field(default="", repr=False)

    @property
    def digits(self) -> str:
        """The number without its plus, as test numbers are stored."""
        return self.number.removeprefix("+")

    def malformed(self) -> str:
        """The name of the first field that cannot be read, "" when all can."""
        # One look at all of them is an order faster than seven, and this is asked for each request.
        if _WHOLE.fullmatch(
            f"{self.application_id}\n{self.api_key}\n{self.feature}\n{self.purpose}\n{self.operator}"
            f"\n{self.mode}\n{self.number}"
        ):
            return ""
        return next(
            name for name, form in _FORMS.items() if not re.fullmatch(form, getattr(self, name), re.ASCII)
        )


@dataclass(frozen=True, slots=True)
class Word:
    """The latest word of the operator on one thing; an empty state means it was never asked."""

    state: str = ""
    activity: str = ""
    exclusion: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the gate may know about one question, as of one moment; loaded by one statement.

    `purpose` is the one the profile gives for the feature asked about, "" when the feature is not in the profile.
    The ids are for links, for the log and for who may see the answer; no check reads them.
    """

    application_state: str = ""
    application_gone: bool = False
    access: str = ""
    application_key: str = ""
    feature_known: bool = False
    number_allowed: bool = False
    key_assigned: bool = False
    profile_deleted: bool = False
    profile_withdrawn: bool = False
    operator_known: bool = False
    country_requested: bool = False
    purpose: str = ""
    offered: bool = False
    vetting_required: bool = False
    check: str = ""
    business: Word = Word()
    decision: Word = Word()
    account_id: int | None = None
    client_id: int | None = None
    application_pk: int | None = None
    profile_id: int | None = None
    business_profile_id: int | None = None


NOTHING: Final = Snapshot()
