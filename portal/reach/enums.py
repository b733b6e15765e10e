"""What came of looking at a customer's public page; each a sentence for the person who typed the address."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    PAGE = "page", _("The page answers.")
    EMPTY = "empty", _("The address answers, but with an empty page.")
    NOT_A_PAGE = "not_a_page", _("The address answers with something that is neither a web page nor text.")
    MISSING = "missing", _("The website says that there is no such page.")
    CLOSED = "closed", _("The website does not show this page to everybody.")
    BROKEN = "broken", _("The website answers with an error of its own.")
    BAD_ADDRESS = "bad_address", _("This is not an address of a public website.")
    NO_SUCH_HOST = "no_such_host", _("No website of this name is known on the internet.")
    NOT_PUBLIC = "not_public", _("The name leads into a private network, where nobody outside can follow.")
    UNREACHABLE = "unreachable", _("No connection to the website could be made.")
    BAD_CERTIFICATE = "bad_certificate", _("Browsers warn of this website: its certificate is not valid.")
    TOO_SLOW = "too_slow", _("The website did not answer within five seconds.")
    LOST = "lost", _("The website redirects too often.")
    BAD_REDIRECT = "bad_redirect", _("The website redirects to an address that is not on the public web.")
    GARBLED = "garbled", _("The website answers in a way that no browser understands.")

    @property
    def is_fine(self) -> bool:
        """Whether a visitor would see a page."""
        return self is Outcome.PAGE
