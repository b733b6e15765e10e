"""What people are told about their registrations, and which page a notice leads to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.notices.catalogue import Message, register
from portal.notices.enums import Level

_PAGES = {"businessprofile": "business-profiles", "applicationprofile": "application-profiles"}


def path_of(row: models.Model) -> str:
    """The page of a business or application profile."""
    return f"/a/{row.account_id}/network-registry/{_PAGES[row._meta.model_name or '']}/{row.pk}/"  # type: ignore[attr-defined]


register(
    Message(
        kind="registry.business_submitted",
        label=_("A business profile is submitted"),
        title=_("Business profile submitted: %(name)s"),
        text=_("It was handed over to %(sent)s operators; %(left_out)s are left out."),
        level=Level.INFO,
        urgent=False,
        way_out=_("Its page shows each operator. You can add application profiles already."),
    ),
    Message(
        kind="registry.application_submitted",
        label=_("An application profile is submitted"),
        title=_("Application profile submitted: %(name)s"),
        text=_("It was handed over to %(sent)s operators; %(left_out)s are left out."),
        level=Level.INFO,
        urgent=False,
        way_out=_("While the operators decide you can use the Playground."),
    ),
)
