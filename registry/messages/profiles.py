"""What people are told about their registrations, and which page a notice leads to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.notices.catalogue import Message, register
from portal.notices.enums import Level

_PAGES = {
    "registry.businessprofile": "business-profiles",
    "registry.applicationprofile": "application-profiles",
}


def path_of(row: models.Model) -> str:
    """The page of a business or application profile."""
    return path_of_type(row.account_id, row._meta.label_lower, row.pk)  # type: ignore[attr-defined]


def path_of_type(account_id: int, object_type: str, pk: int) -> str:
    """The same where only the names of an object are at hand; another type leads to the landing page."""
    home = f"/a/{account_id}/network-registry/"
    return f"{home}{_PAGES[object_type]}/{pk}/" if object_type in _PAGES else home


register(
    Message(
        kind="registry.business_submitted",
        label=_("A business profile is submitted"),
        title=_("Business profile submitted: %(name)s"),
        text=_("Operators that got it: %(sent)s. Left out: %(left_out)s."),
        level=Level.INFO,
        urgent=False,
        way_out=_("Its page shows each operator. You can add application profiles already."),
    ),
    Message(
        kind="registry.application_submitted",
        label=_("An application profile is submitted"),
        title=_("Application profile submitted: %(name)s"),
        text=_("Operators that got it: %(sent)s. Left out: %(left_out)s."),
        level=Level.INFO,
        urgent=False,
        way_out=_("While the operators decide you can use the Playground."),
    ),
    Message(
        kind="registry.business_withdrawn",
        label=_("A business profile is withdrawn"),
        title=_("Business profile withdrawn: %(name)s"),
        text=_("Operators decide no more on it. Its application profiles are withdrawn as well."),
        level=Level.INFO,
        urgent=False,
    ),
    Message(
        kind="registry.change_submitted",
        label=_("A change of a business profile is requested"),
        title=_("Change requested: %(name)s"),
        text=_("Vonage looks at the change. Until it is applied everything stays as it is."),
        level=Level.INFO,
        urgent=False,
    ),
    Message(
        kind="registry.change_applied",
        label=_("A change of a business profile is applied"),
        title=_("Change applied: %(name)s"),
        text=_("Version %(version)s holds now. Its page shows which operators look at it."),
        level=Level.GOOD,
        urgent=False,
    ),
    Message(
        kind="registry.change_refused",
        label=_("A change of a business profile is refused"),
        title=_("Change refused: %(name)s"),
        text=_("Vonage did not apply the change: %(reason)s"),
        level=Level.BAD,
        urgent=True,
        needs_action=True,
        way_out=_("Nothing has changed. Request a change again that answers the reason."),
    ),
)
