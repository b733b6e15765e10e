"""Notices of the outbox itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.notices.catalogue import Message, register
from portal.notices.delivery import holds
from portal.notices.enums import Level
from portal.outbox import installation, pauses


def mail_is_held() -> bool:
    """A paused portal, a copy and a restored database send no e-mail."""
    return not installation.is_ours() or pauses.mail_is_paused()


holds.append(mail_is_held)
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
