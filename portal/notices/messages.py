"""Notices of drafts, which stand a floor below and cannot register their own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.notices.catalogue import Message, register
from portal.notices.enums import Level

register(
    Message(
        kind="drafts.handed_over",
        label=_("A draft is handed over to you"),
        title=_("Ready to submit: %(name)s"),
        text=_("%(who)s prepared it and may not submit it. Nothing was sent and nothing was paid."),
        level=Level.ATTENTION,
        urgent=False,
        way_out=_("Look at the summary, then submit it or change it."),
    )
)
