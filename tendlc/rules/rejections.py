"""What reviewers' codes mean, and which fields their words are about: the API carries neither."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from tendlc.rules.case import SAMPLES

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Rejection:
    """One code; `can_edit` is None where it depends, False where only a new campaign helps, or nothing does."""

    code: str
    reason: StrOrPromise
    remedy: StrOrPromise
    fields: tuple[str, ...] = ()
    can_edit: bool | None = True


_FLOW: Final = ("message_flow",)
_NEW: Final = _("What was answered yes or no cannot be changed: copy the campaign and correct the answers.")
_NEVER: Final = _("Carriers do not take this content at all.")
_ROWS: Final = (
    Rejection("506", _("Not in English"), _("Translate every text."), ("message_flow", *SAMPLES)),
    Rejection("601", _("Answers and samples differ"), _NEW, SAMPLES, None),
    Rejection(
        "602",
        _("Samples do not fit the use case"),
        _("Rewrite the samples, or copy the campaign with another use case."),
        SAMPLES,
        None,
    ),
    Rejection("603", _("Website, brand and samples disagree"), _("Bring them in line."), SAMPLES),
    Rejection(
        "611",
        _("Answers to keywords lack what they must say"),
        _("Name the brand and how to reach it in the answer to HELP."),
        ("help_message",),
    ),
    Rejection("701", _("Cannabis, CBD or hemp"), _NEVER, (), False),
    Rejection("703", _("Sexual content"), _NEVER, (), False),
    Rejection("704", _("Gambling"), _NEVER, (), False),
    Rejection("705", _("Hate"), _NEVER, (), False),
    Rejection(
        "706", _("Alcohol without an age gate"), _("Ask for the date of birth on the website."), _FLOW, None
    ),
    Rejection(
        "707", _("Tobacco without an age gate"), _("Ask for the date of birth on the website."), _FLOW, None
    ),
    Rejection("708", _("Lead generation or affiliate marketing"), _("Stop sharing numbers."), _FLOW, None),
    Rejection("709", _("High-risk finance"), _NEVER, (), False),
    Rejection(
        "803", _("The website does not show the opt-in"), _("Put the consent text at the field."), _FLOW
    ),
    Rejection("804", _("The opt-in is not described fully"), _("Describe every way to sign up."), _FLOW),
    Rejection(
        "805",
        _("The privacy policy does not rule out sharing"),
        _("State that numbers are not shared, and link the policy."),
        _FLOW,
    ),
    Rejection(
        "806", _("The opt-in could not be verified"), _("Give the exact address, or a picture of it."), _FLOW
    ),
    Rejection(
        "851", _("Privacy, opt-in, opt-out and HELP"), _("Correct each."), ("message_flow", "help_message")
    ),
    Rejection("861", _("Opt-in, messages and terms"), _("Correct each."), ("message_flow", *SAMPLES)),
)
REJECTIONS: Final[Mapping[str, Rejection]] = {row.code: row for row in _ROWS}
_ABOUT: Final = (
    (
        re.compile(r"opt[\s-]?in|call[\s-]to[\s-]action|\bcta\b|consent|message flow|privacy|terms", re.I),
        _FLOW,
    ),
    (re.compile(r"\bhelp\b", re.IGNORECASE), ("help_message",)),
    (re.compile(r"\bsamples?\b|sample message|\bopt[\s-]?out\b", re.IGNORECASE), SAMPLES),
)


def codes_in(comment: str) -> list[Rejection]:
    """The codes we know in a reviewer's comment, in the order in which they come."""
    found = dict.fromkeys(re.findall(r"(?<![\w.])\d{3}(?!\w|\.\d)", comment))
    return [REJECTIONS[code] for code in found if code in REJECTIONS]


def fields_in(comment: str) -> tuple[str, ...]:
    """The editable fields a comment is about, by its codes and by its words."""
    named = [name for row in codes_in(comment) for name in row.fields]
    named += [name for pattern, names in _ABOUT if pattern.search(comment) for name in names]
    return tuple(dict.fromkeys(named))
