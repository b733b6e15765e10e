"""The one e-mail accounts send by themselves: invitations, to people who are not users yet."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from portal.accounts.models import Invitation

log = structlog.get_logger(__name__)


def send_invitation(invitation: Invitation, token: str) -> bool:
    """Send the link; False when the mail server did not take it, which the inviting person must hear."""
    values = {
        "invitation": invitation,
        "link": settings.PORTAL_URL + reverse("accounts:invitation", args=[token]),
        "support_url": settings.SUPPORT_URL,
    }
    subject = render_to_string("email/invitation_subject.txt", values)
    try:
        send_mail(
            " ".join(subject.split()),
            render_to_string("email/invitation.txt", values),
            None,
            [invitation.email],
        )
    except OSError as error:  # smtplib's errors are of this family
        log.warning("invitation_not_mailed", invitation_id=invitation.pk, error=type(error).__name__)
        return False
    return True
