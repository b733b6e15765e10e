"""What a state means and what to do next, in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from tendlc.enums import Axis, BrandState, CampaignState, CarrierState, NumberState, VettingState
from tendlc.lifecycle.words import plain

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Explanation(NamedTuple):
    """Two lazily translated sentences; `next_step` is "" where there is nothing to do."""

    text: StrPromise | str
    next_step: StrPromise | str = ""


_UNCLEAR: Final = Explanation(
    _("Vonage uses a word for this that the portal does not know. It is shown as it came."),
    _("You can go on; Vonage's answer decides. Ask support what the word means."),
)
_SENDING: Final = Explanation(
    _("It is saved and being sent to Vonage."), _("Nothing to do. This page shows the answer when it comes.")
)
# Where people change what this portal only reads.
_CORRECT_BRAND: Final = _(
    "Read the feedback, correct what it names, then revet the brand; or request external vetting."
)
_CORRECT_CAMPAIGN: Final = _(
    "Copy the reviewers' comment from Vonage's dashboard to this page, then edit the campaign. What cannot be "
    "changed needs a new campaign: “Copy” fills it in."
)
_REFUSED: Final = Explanation(
    _("Vonage refused it. Nothing was registered."),
    _("Read the reason, correct the form and submit it again."),
)

EXPLANATIONS: Final[Mapping[Axis, Mapping[str, Explanation]]] = {
    Axis.BRAND: {
        BrandState.SUBMITTING: _SENDING,
        BrandState.PENDING: Explanation(
            _("The registry is checking the company's identity. That takes minutes to two days."),
            _("Nothing to do. You can prepare a campaign in the meantime."),
        ),
        BrandState.UNVERIFIED: Explanation(
            _("The registry could not match the company's name, tax number and address."),
            _CORRECT_BRAND,
        ),
        BrandState.VERIFIED: Explanation(
            _("The company's identity is confirmed."),
            _(
                "Check a use case and prepare a campaign. Some use cases need external vetting first; "
                "request it here."
            ),
        ),
        BrandState.VETTED: Explanation(
            _("The company's identity is confirmed and it has been vetted."),
            _("Check a use case and prepare a campaign."),
        ),
        BrandState.REFUSED: _REFUSED,
        BrandState.UNKNOWN: _UNCLEAR,
    },
    Axis.VETTING: {
        VettingState.SUBMITTING: _SENDING,
        VettingState.PENDING: Explanation(
            _("The vetting provider is looking at the company. That takes minutes to 48 hours."),
            _("Nothing to do. Answer the provider if it writes to the brand's contact."),
        ),
        VettingState.SCORED: Explanation(
            _("The vetting is finished and has a result."),
            _("Check the use cases again: more may be open now."),
        ),
        VettingState.UNSCORED: Explanation(
            _("The vetting is finished without a score."),
            _("Check the brand's details, then request another vetting or ask support."),
        ),
        VettingState.FAILED: Explanation(
            _("The vetting failed."),
            _("Read the reasons. Correct the brand, then request another vetting."),
        ),
        VettingState.EXPIRED: Explanation(
            _("The vetting is no longer valid."),
            _("Request a new vetting before your campaigns are affected."),
        ),
        VettingState.REFUSED: _REFUSED,
        VettingState.UNKNOWN: _UNCLEAR,
    },
    Axis.CAMPAIGN: {
        CampaignState.SUBMITTING: _SENDING,
        CampaignState.IN_REVIEW: Explanation(
            _(
                "The campaign is being reviewed, first by Vonage and then by each carrier. "
                "That takes a week, sometimes two to four."
            ),
            _("Nothing to do. You can choose the numbers in the meantime."),
        ),
        CampaignState.ACTIVE: Explanation(
            _("The campaign is active."), _("Link the numbers it will send from.")
        ),
        CampaignState.REJECTED: Explanation(_("The campaign was not accepted as it is."), _CORRECT_CAMPAIGN),
        CampaignState.SUSPENDED: Explanation(
            _("The campaign is suspended; its messages may not be delivered."),
            _("Find out why from the carriers' remarks, or ask support."),
        ),
        CampaignState.STOPPING: Explanation(
            _("The campaign is being stopped. It may run to the end of the period that is paid for."),
            _("Nothing to do."),
        ),
        CampaignState.STOPPED: Explanation(
            _("The campaign has been stopped. It cannot be started again."),
            _("Create a new campaign if messages are still to be sent."),
        ),
        CampaignState.EXPIRED: Explanation(
            _("The campaign has expired."), _("Create a new campaign if messages are still to be sent.")
        ),
        CampaignState.REFUSED: _REFUSED,
        CampaignState.UNKNOWN: _UNCLEAR,
    },
    Axis.CARRIER: {
        CarrierState.REVIEW: Explanation(_("The carrier is reviewing the campaign."), _("Nothing to do.")),
        CarrierState.APPROVED: Explanation(_("The carrier accepts the campaign.")),
        CarrierState.REJECTED: Explanation(
            _("The carrier does not accept the campaign."),
            _("Paste the reason if you have it, edit the campaign, or ask support."),
        ),
        CarrierState.SUSPENDED: Explanation(
            _("The carrier has suspended the campaign; it delivers none of its messages."),
            _("Ask support for the reason."),
        ),
        CarrierState.UNKNOWN: _UNCLEAR,
    },
    Axis.NUMBER: {
        NumberState.SUBMITTING: _SENDING,
        NumberState.PENDING: Explanation(
            _("The number is being linked at the carriers. That takes minutes, at most 36 hours."),
            _("Nothing to do."),
        ),
        NumberState.LINKED: Explanation(_("The number is linked and can send for this campaign.")),
        NumberState.REJECTED: Explanation(
            _("The carriers did not link the number."),
            _("Check that the carriers approved the campaign, then link the number again."),
        ),
        NumberState.UNLINKING: Explanation(_("The number is being unlinked."), _("Nothing to do.")),
        NumberState.UNLINKED: Explanation(
            _("The number is not linked any more."), _("It can be linked again, here or elsewhere.")
        ),
        NumberState.REFUSED: Explanation(
            _("Vonage refused the number. It is not linked."),
            _(
                "Read the reason, then link the number again. If it is linked to another campaign, "
                "unlink it there first."
            ),
        ),
        NumberState.UNKNOWN: _UNCLEAR,
    },
}


# Whatever the state was that was seen last.
GONE: Final[Mapping[Axis, Explanation]] = {
    Axis.BRAND: Explanation(
        _("It is not at Vonage any more. What happened stays on record here."),
        _("If it is still needed, register the company as a new brand."),
    ),
    Axis.VETTING: Explanation(
        _("It is not in Vonage's list any more, so it counts no longer."),
        _("If the brand needs its score, request a vetting or import one."),
    ),
    Axis.CAMPAIGN: Explanation(
        _("It is not at Vonage any more, so no number sends for it. What happened stays on record here."),
        _("If it is still needed, copy it and submit the copy as a new campaign."),
    ),
    Axis.NUMBER: Explanation(
        _("This link is not at Vonage any more, so the number does not send for this campaign."),
        _("If it should send, link it to a campaign that is there."),
    ),
}

# Words of the provider's that say more than the state they stand for.
_OF_WORDS: Final[Mapping[tuple[str, str], Explanation]] = {
    (Axis.CAMPAIGN, "updates_required"): Explanation(
        _("The reviewers ask for changes (UPDATES_REQUIRED) before they accept the campaign."),
        _CORRECT_CAMPAIGN,
    ),
}


def explain(axis: Axis, state: str, remote_status: str = "") -> Explanation:
    """What the state means and what to do next; the provider's own word may say it more exactly."""
    of_word = _OF_WORDS.get((axis, plain(remote_status)))
    return of_word if of_word and state == CampaignState.REJECTED else EXPLANATIONS[axis][state]


def explain_gone(axis: Axis) -> Explanation:
    """What it means that something is not at Vonage any more, and what to do next."""
    return GONE[axis]
