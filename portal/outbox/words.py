"""What an operation's standing means, in words: what was saved, what happens next, and when."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.notices.catalogue import messages
from portal.outbox.enums import NOT_STORED, TAKEN
from portal.outbox.enums import OperationState as S
from portal.outbox.kinds import label_of, refusal_notice_of
from portal.outbox.models import Operation
from portal.outbox.pauses import WAITING as PAUSED
from portal.records.money import FeeSource
from portal.vonage.problems import PeopleText


class Standing(NamedTuple):
    """A sentence on where it stands and one on what comes next, which may be empty.

    `next_at` is when the portal tries or looks again by itself; pages show it beside the sentences.
    """

    text: str
    next_step: str = ""
    next_at: datetime | None = None


WAITING = {
    "unreachable": gettext_lazy("Vonage cannot be reached at the moment. Nothing was sent."),
    "answer_lost": gettext_lazy("Vonage did not answer when we looked before sending. Nothing was sent."),
    "throttled": gettext_lazy("Vonage asked us to slow down. Nothing was sent."),
    "turn": gettext_lazy("Other requests with this API key go first. Nothing was sent yet."),
    "failing": gettext_lazy("Vonage did not answer several times in a row. Nothing was sent."),
    "incomplete_list": gettext_lazy(
        "Vonage's list came incomplete when we looked before sending. Nothing was sent."
    ),
    "wrong_host": gettext_lazy("The API key was entered for another address, so nothing is sent with it."),
    "missing_secret": gettext_lazy("The API key has no secret, so nothing can be sent with it."),
    "profile_unknown": gettext_lazy(
        "The profile is accepted here, but Vonage does not know it yet. It goes out once Vonage has told its id."
    ),
    "brand_pending": gettext_lazy(
        "The registry still checks the brand; until it is done Vonage denies the use case. Nothing was sent or paid."
    ),
    "playground_unknown": gettext_lazy(
        "This portal was not told how Vonage calls the Playground. Support enters its id; then this goes out."
    ),
    "unauthorized": gettext_lazy("Vonage refused the API key. Nothing was sent."),
    "forbidden": gettext_lazy("Vonage does not allow this API key to do this. Nothing was done."),
    "unusable_id": gettext_lazy(
        "The record has no usable id at Vonage. Nothing was sent; please tell support."
    ),
    "defect": gettext_lazy("Something went wrong in the portal; support can see the details."),
    "not_sent": gettext_lazy("Nothing was sent yet."),
    "lock_lost": gettext_lazy("Nothing was sent yet."),
}
REVIEW = {
    "exists_already": gettext_lazy(
        "Before sending we found something at Vonage that matches. Nothing was sent, so that it is not made twice."
    ),
    "several_match": gettext_lazy(
        "The answer was lost, and several things at Vonage match what was asked for."
    ),
    "possible_match": gettext_lazy(
        "The answer was lost, and something at Vonage may be what was asked for, but its evidence is incomplete."
    ),
    "cannot_tell": gettext_lazy("We looked for a day and cannot tell by ourselves what happened at Vonage."),
    "key_inactive": gettext_lazy(
        "The answer was lost, and the API key was deactivated, so nobody can look with it what happened."
    ),
    TAKEN: gettext_lazy(
        "What was asked for is at Vonage, but it is on record here as another object by now. If that is the same, take "
        "this back."
    ),
    "parent_ended": gettext_lazy(
        "It may have been sent before the database was restored; what it belongs to was refused or taken back since."
    ),
    "absent": gettext_lazy("The answer was lost, and nothing that matches has appeared at Vonage."),
    "cannot_send": gettext_lazy(
        "For a day we could not look properly at Vonage before sending. Nothing was sent in that time."
    ),
    "key_refused": gettext_lazy(
        "The answer was lost, and Vonage has refused the API key for a day, so nobody can look with it what happened."
    ),
    NOT_STORED: gettext_lazy("Vonage has done it, but the portal cannot store the answer by itself."),
}


def standing(operation: Operation) -> Standing:
    """Where an operation stands, for a person who waits for it."""
    if operation.state == S.READY:
        return _ready(operation)
    if operation.state == S.REVIEW:
        text = str(REVIEW.get(operation.waiting_for, _("The machine cannot tell what happened.")))
        return Standing(text, _("A person decides below. Until then nothing is sent again."))
    return _plain(operation)


def _ready(operation: Operation) -> Standing:
    if operation.api_key.refused_at:
        return Standing(
            _("It is saved. Vonage refused the API key, so nothing is sent with it."),
            _("An admin checks the key in Settings and tests it; then this goes out by itself."),
        )
    if not operation.api_key.is_active:
        return Standing(
            _("It is saved. The API key is deactivated, so nothing is sent with it."),
            _("An admin activates the key again, or somebody takes this back."),
        )
    if waits_for_parent(operation) and operation.depends_on:
        return _behind(operation.depends_on)
    if operation.waiting_for == PAUSED:
        return Standing(
            _("It is saved. Sending is paused; the page “Operations” says why."),
            _("It goes out by itself when the pause ends."),
        )
    if operation.waiting_for:
        text = str(WAITING.get(operation.waiting_for, _("Nothing was sent yet.")))
        return Standing(
            _("It is saved.") + " " + text, _("It is tried again by itself."), operation.next_attempt_at
        )
    return Standing(_("It is saved and goes out within seconds."))


def waits_for_parent(operation: Operation) -> bool:
    """Whether it waits for another operation; that one comes with a query unless it was read along."""
    return operation.depends_on is not None and operation.depends_on.state != S.APPLIED


AHEAD = {
    S.UNKNOWN: gettext_lazy("Whether that was done is not known yet; we look at Vonage until we know."),
    S.REVIEW: gettext_lazy("Whether that was done must be decided by a person first."),
}


def _behind(parent: Operation) -> Standing:
    values = {"what": label_of(parent.kind), "name": parent.object_name, "code": parent.code}
    text = (
        _("It is saved and waits for “%(what)s: %(name)s” (%(code)s). Nothing was sent or paid for it.")
        % values
    )
    onward = AHEAD.get(S(parent.state), _("It goes out by itself once that is done."))
    return Standing(text, str(onward))


def _plain(operation: Operation) -> Standing:
    texts = {
        S.AWAITING_APPROVAL: Standing(_("It is saved and waits for somebody to approve it.")),
        S.SENDING: Standing(_("It is being sent to Vonage right now.")),
        S.UNKNOWN: _unknown(operation),
        S.APPLIED: Standing(_("Vonage has done it.")),
        S.REFUSED: Standing(refusal_text(operation), after_refusal(operation)),
        S.CANCELLED: taken_back(operation),
    }
    return texts[S(operation.state)]


def _unknown(operation: Operation) -> Standing:
    if operation.waiting_for == NOT_STORED:
        return Standing(
            _("Vonage has done it; storing the answer here failed. The answer is kept."),
            _("The portal stores it again by itself. Nothing is sent twice; please do not submit it again."),
            operation.next_attempt_at,
        )
    if operation.api_key.refused_at:
        return Standing(
            _in_doubt(operation),
            _("Vonage refuses the API key, so we cannot look. An admin checks it in Settings and tests it.")
            + " "
            + _("Nothing is sent twice; please do not submit it again."),
        )
    return Standing(
        _in_doubt(operation),
        _("We look at Vonage until we know. Nothing is sent twice; please do not submit it again."),
        operation.next_attempt_at,
    )


CONFLICTS = ("brand_conflict", "vetting_conflict")


def _in_doubt(operation: Operation) -> str:
    """A conflict is an answer that leaves it open; everything else in doubt had none that can be read."""
    if operation.last_error.get("code") in CONFLICTS:
        return _("Vonage reported an error, and it is not certain whether it was done.")
    return _("It was sent, but the answer did not arrive. It may have been done.")


def may_be_done(operation: Operation) -> bool:
    """Whether something at Vonage may have come of it: an answer was lost, or something there matches.

    The settle time is set with the first attempt whose outcome is unknown, and never cleared.
    """
    return operation.settle_at is not None or bool(operation.candidates)


def taken_back(operation: Operation) -> Standing:
    """What a wish that somebody took back means for whoever would submit it again."""
    if operation.last_error.get("code") == "cancelled":  # because what it waited for will not come
        return Standing(
            problem_text(operation.last_error),
            _(
                "Everything that was typed is kept: submit it again once what it waits for is on its way again."
            ),
        )
    if may_be_done(operation):
        return Standing(
            _("It was taken back here. What may have been done at Vonage stays done there."),
            _("It may be registered and paid for already: look at Vonage before you submit it again."),
        )
    return Standing(
        _("It was taken back here before it was done. Vonage did nothing."),
        _("Submit it again if it is wanted after all."),
    )


FEE_SOURCES = {
    FeeSource.PRICE_LIST: gettext_lazy("about %(fee)s (list price)"),
    FeeSource.QUALIFICATION: gettext_lazy("about %(fee)s (from the use case check)"),
}


def fee_text(operation: Operation) -> str:
    """The expected fee and where it comes from; one that nobody told is unknown."""
    fee = operation.fee
    text = FEE_SOURCES.get(fee.source)
    return _("unknown") if fee.minor is None or text is None else str(text) % {"fee": fee}


# Before anything else, by the code of the refusal.
FIRST = {
    "not_found": gettext_lazy("Press “Sync now” on its page: it shows whether it is still there."),
}


def refusal_text(operation: Operation) -> str:
    """The reason of a refusal in our words."""
    error = operation.last_error
    text_id = str(error.get("text_id") or "")
    return str(PeopleText(text_id, error.get("values") or {})) if text_id else _("Vonage refused it.")


def after_refusal(operation: Operation) -> str:
    """What to do after a no: as the notice of it says, and first what the reason itself calls for."""
    told = messages.get(refusal_notice_of(operation.kind))
    step = str(told.way_out) if told else _("Nothing was done at Vonage.")
    first = FIRST.get(str(operation.last_error.get("code")))
    return f"{first} {step}" if first else step


def problem_text(problem: dict[str, object]) -> str:
    """A stored problem record in words."""
    values = problem.get("values")
    text_id = str(problem.get("text_id") or "")
    if not text_id:
        return _("Something went wrong in the portal. Try again; support can see the details.")
    return str(PeopleText(text_id, values if isinstance(values, dict) else {}))
