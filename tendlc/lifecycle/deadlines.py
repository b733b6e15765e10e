"""What happens when a day passes, who says so, and how long before people are told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from tendlc.enums import DeadlineKind

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

EMAIL_CONFIRMATION_DAYS: Final = 30
UPDATES_DAYS: Final = 90
WITHOUT_NUMBER_DAYS: Final = 60
LINK_HOURS: Final = 36
RENEWAL_MONTHS: Final = 3


class DeadlineText(NamedTuple):
    """`near` is how long before it people are told; `by_person` where only a person can say that it is done."""

    consequence: StrPromise | str
    next_step: StrPromise | str
    source: StrPromise | str
    near: timedelta
    by_person: bool = False


DEADLINES: Final[Mapping[str, DeadlineText]] = {
    DeadlineKind.VETTING_EXPIRY: DeadlineText(
        _("Afterwards the score counts no more: use cases may be denied and throughput falls."),
        _("Request a new vetting in time; it takes up to 48 hours."),
        _("the class's months of validity, as Vonage lists them"),
        timedelta(days=30),
    ),
    DeadlineKind.EMAIL_CONFIRMATION: DeadlineText(
        _(
            "Without it no new campaign of this public company is accepted. A link in the mail lives seven days."
        ),
        _("The brand's contact answers the registry's mail. Then mark it as done here."),
        _("Vonage's key dates, 17 October 2024"),
        timedelta(days=14),
        by_person=True,
    ),
    DeadlineKind.UPDATES_REQUIRED: DeadlineText(
        _("If the campaign is not corrected by then, its traffic is suspended."),
        _("Read the reviewers' comment and correct the campaign."),
        _("Vonage's article on campaign statuses: 90 days"),
        timedelta(days=30),
    ),
    DeadlineKind.NO_NUMBER: DeadlineText(
        _("T-Mobile charges 250 USD for an active campaign that has had no number for 60 days."),
        _("Link a number, or stop the campaign."),
        _("T-Mobile's non-use fee, as Bandwidth and Plivo publish it"),
        timedelta(days=14),
    ),
    DeadlineKind.LINK_PENDING: DeadlineText(
        _("A link usually takes minutes. One that hangs this long needs Vonage's support."),
        _("Ask support with the number and the campaign's id, or unlink the number and link it again."),
        _("Vonage's number linking guide: 36 hours at most"),
        timedelta(0),
    ),
    DeadlineKind.RENEWAL: DeadlineText(
        _("With automatic renewal the next period is charged; without it the campaign ends."),
        _("Stop the campaign before this day if it is not needed any more."),
        _("Vonage's pricing article: three months at least, no refunds"),
        timedelta(days=14),
    ),
}
