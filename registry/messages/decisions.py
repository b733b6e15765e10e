"""What people are told about the word of operators and vetting agents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.notices.catalogue import Message, register
from portal.notices.enums import Level, Topic
from registry.enums import Ruling

FIRST_ACCEPTED: Final = "registry.first_accepted"
BUSINESS_ACCEPTED: Final = "registry.business_accepted"
CORRECTED: Final = "registry.corrected"
KINDS: Final[Mapping[str, str]] = {
    Ruling.ACCEPT: "registry.accepted",
    Ruling.REJECT: "registry.rejected",
    Ruling.ASK: "registry.information_asked",
    Ruling.SUSPEND: "registry.suspended",
    Ruling.REVOKE: "registry.revoked",
    Ruling.REINSTATE: "registry.reinstated",
}
# Stands before the text of whatever no real operator has said.
SIMULATED: Final = "[simulated] "

register(
    Message(
        kind=FIRST_ACCEPTED,
        label=_("The first operator accepts an application profile"),
        title=_("%(simulated)sFirst operator accepted %(name)s: %(operator)s"),
        text=_("Accepted for: %(about)s. You need not wait for the other operators."),
        level=Level.GOOD,
        urgent=False,
        topic=Topic.APPLICATIONS,
        way_out=_("Link the profile to a Vonage application with Production access now."),
    ),
    Message(
        kind=BUSINESS_ACCEPTED,
        label=_("An operator accepts a business profile"),
        title=_("%(simulated)s%(operator)s accepted the business profile %(name)s"),
        text=_("The operator turns to its application profiles now."),
        level=Level.GOOD,
        urgent=False,
        way_out=_("Nothing to do, unless it has no application profile yet: add one."),
    ),
    Message(
        kind=KINDS[Ruling.ACCEPT],
        label=_("An operator accepts an application profile"),
        title=_("%(simulated)s%(operator)s accepted %(name)s"),
        text=_("Accepted for: %(about)s."),
        level=Level.GOOD,
        urgent=False,
        topic=Topic.APPLICATIONS,
        way_out=_("Linked applications can reach this operator as soon as the gate is asked next."),
    ),
    Message(
        kind=KINDS[Ruling.REJECT],
        label=_("An operator rejects a profile"),
        title=_("%(simulated)s%(operator)s rejected %(name)s"),
        text=_("Rejected for: %(about)s. %(reason)s"),
        level=Level.BAD,
        urgent=True,
        needs_action=True,
        way_out=_(
            "Read the reason on its page. A business profile is corrected by a change request, an application "
            "profile by a changed copy."
        ),
    ),
    Message(
        kind=KINDS[Ruling.ASK],
        label=_("An operator asks for more"),
        title=_("%(simulated)s%(operator)s asks about %(name)s"),
        text=_("Its decision waits for your answer; until then its clock stands still."),
        level=Level.ATTENTION,
        urgent=True,
        needs_action=True,
        way_out=_("Read the question on its page and answer it there."),
    ),
    Message(
        kind=KINDS[Ruling.SUSPEND],
        label=_("An operator suspends an approval"),
        title=_("%(simulated)s%(operator)s suspended %(name)s"),
        text=_("Suspended for: %(about)s. %(reason)s Requests to this operator are not forwarded."),
        level=Level.BAD,
        urgent=True,
        way_out=_("Look at the reason on its page and settle it with the operator through support."),
    ),
    Message(
        kind=KINDS[Ruling.REVOKE],
        label=_("An operator revokes an approval"),
        title=_("%(simulated)s%(operator)s revoked %(name)s"),
        text=_("Revoked for: %(about)s. %(reason)s Requests to this operator are not forwarded any more."),
        level=Level.BAD,
        urgent=True,
        way_out=_("Look at the reason on its page; a changed copy is asked anew."),
    ),
    Message(
        kind=KINDS[Ruling.REINSTATE],
        label=_("An operator reinstates an approval"),
        title=_("%(simulated)s%(operator)s reinstated %(name)s"),
        text=_("In force again for: %(about)s."),
        level=Level.GOOD,
        urgent=False,
    ),
    Message(
        kind=CORRECTED,
        label=_("An operator corrects an earlier decision"),
        title=_("%(simulated)s%(operator)s corrected its decision on %(name)s"),
        text=_("It stands now as: %(state)s, for %(about)s. %(reason)s"),
        level=Level.ATTENTION,
        urgent=True,
        way_out=_("Its page shows both decisions."),
    ),
    Message(
        kind="registry.vetting_passed",
        label=_("A vetting is passed"),
        title=_("%(simulated)sVetting passed for %(operator)s: %(name)s"),
        text=_("%(agency)s has checked the organisation; the operator can decide now."),
        level=Level.GOOD,
        urgent=False,
        topic=Topic.VETTING,
    ),
    Message(
        kind="registry.vetting_failed",
        label=_("A vetting failed"),
        title=_("%(simulated)sVetting failed for %(operator)s: %(name)s"),
        text=_("%(agency)s could not confirm the organisation, which counts as rejected. %(reason)s"),
        level=Level.BAD,
        urgent=True,
        topic=Topic.VETTING,
        needs_action=True,
        way_out=_("Correct the business profile by a change request: that begins a new vetting."),
    ),
    Message(
        kind="registry.vetting_expiring",
        label=_("A vetting ends soon"),
        title=_("Vetting for %(operator)s ends on %(until)s: %(name)s"),
        text=_("What the operator has decided stands; it may ask for a new vetting."),
        level=Level.ATTENTION,
        urgent=False,
        topic=Topic.VETTING,
        way_out=_("Check that contact and company data are still right."),
    ),
    Message(
        kind="registry.vetting_expired",
        label=_("A vetting has ended"),
        title=_("Vetting for %(operator)s has ended: %(name)s"),
        text=_("What the operator has decided stands; it may ask for a new vetting."),
        level=Level.ATTENTION,
        urgent=False,
        topic=Topic.VETTING,
        way_out=_("Nothing changes by itself. Ask support if the operator asks for a new one."),
    ),
)
