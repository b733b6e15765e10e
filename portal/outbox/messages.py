"""Notices of the outbox itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.notices.catalogue import Message, register
from portal.notices.enums import Level

register(
    Message(
        kind="outbox.key_refused",
        title=_("Vonage refused the API key %(name)s"),
        text=_(
            "Nothing was done with it, and everything that needs it waits. Check key and secret, then test the key."
        ),
        level=Level.BAD,
        urgent=True,
        to_admins=True,
    )
)
register(
    Message(
        kind="outbox.review",
        title=_("A person must look at %(object)s"),
        text=_(
            "We cannot tell by ourselves whether this was done at Vonage. Nothing is sent again until somebody decides."
        ),
        level=Level.ATTENTION,
        urgent=True,
        to_admins=True,
    )
)
register(
    Message(
        kind="outbox.batch_done",
        label=_("A batch is done"),
        title=_("Batch done: %(name)s"),
        text=_("%(done)s of %(rows)s rows were done at Vonage."),
        level=Level.INFO,
        urgent=False,
        way_out=_("Its page says what became of each of the others; the result is a file there too."),
    )
)
