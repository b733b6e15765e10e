"""The words in which vetting is asked for; a consent keeps the words and version that were shown."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

TEXT_VERSION: Final = "2026-11"
TEXT: Final = _(
    "I consent to background checks on our organization, conducted by an independent agent, for the operators "
    "named here that require them. The agent gets the business profile and the contact named below, and may "
    "write to or call that contact. I can withdraw this consent at any time; those operators are then left out."
)
DECLINING: Final = _(
    "If you do not consent, the operators that require vetting are left out of your registration and their "
    "networks are not accessible to you. You can add your consent later with a change request; that starts "
    "exactly these operators."
)
