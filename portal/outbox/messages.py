"""Notices of the outbox itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.notices.catalogue import Message, register
from portal.notices.enums import Level

register(
    Message(
        kind="outbox.key_refused",
        title=_("Vonage refused the API key %(name)s"),
        text=_("Nothing was done with it, and everything that needs it waits."),
        label=_("Vonage refuses an API key"),
        way_out=_("Check key and secret, then test the key: a test that succeeds sends what waits."),
        level=Level.BAD,
        urgent=True,
        to_admins=True,
        needs_action=True,
    )
)
register(
    Message(
        kind="outbox.review",
        title=_("A person must look at %(object)s"),
        text=_(
            "We cannot tell by ourselves whether this was done at Vonage. Nothing is sent again until somebody decides."
        ),
        label=_("An operation waits for a person's decision"),
        way_out=_("Look at Vonage's dashboard, then say on the operation's page what you found."),
        level=Level.ATTENTION,
        urgent=True,
        to_admins=True,
        needs_action=True,
    )
)
